package launchguard.documents;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test under each shell of this machine: under that of Amazon Linux and RHEL in each build, under the others with -Pthorough. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("thorough")
@ParameterizedTest
@MethodSource("launchguard.documents.Shells#here")
@interface EachShell {}
