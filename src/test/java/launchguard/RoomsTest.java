package launchguard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The plan of the rooms: who may use whom, and what the pure rooms never touch. */
class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));
    private static final String[] PURE = rooms("model", "verdict", "guard");
    private static final String[] EVERYWHERE = {"java..", "org.jspecify.annotations.."};
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String LAMBDA_EVENTS = "com.amazonaws.services.lambda.runtime.events..";

    @Test
    void theRulesLookAtSomething() {
        assertTrue(CLASSES.size() > 40, CLASSES.size() + " classes");
    }

    /** A room uses itself, the rooms and libraries named, and the language's own classes; nothing else. */
    @TestFactory
    Stream<DynamicTest> whoMayUseWhom() {
        return Stream.of(
                room("model"),
                room("signal", "launchguard.model", JACKSON, LAMBDA_EVENTS),
                room("probe", "launchguard.model", JACKSON),
                room("verdict", "launchguard.model", "launchguard.probe"),
                room("guard", "launchguard.model", "launchguard.verdict", "launchguard.probe"),
                room("cases", "launchguard.model", "launchguard.verdict", "launchguard.guard", "launchguard.probe"),
                room(
                        "report",
                        "launchguard.model",
                        "launchguard.probe",
                        "launchguard.verdict",
                        "launchguard.guard",
                        "launchguard.cases",
                        JACKSON),
                room(
                        "pages",
                        "launchguard.model",
                        "launchguard.probe",
                        "launchguard.verdict",
                        "launchguard.guard",
                        "launchguard.cases",
                        "launchguard.report"));
    }

    private static DynamicTest room(String name, String... uses) {
        String[] allowed = Stream.of(Arrays.stream(EVERYWHERE), Stream.of("launchguard." + name), Arrays.stream(uses))
                .flatMap(packages -> packages)
                .toArray(String[]::new);
        return DynamicTest.dynamicTest(
                name,
                () -> classes()
                        .that()
                        .resideInAPackage("launchguard." + name)
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(primitivesAndArrays()))
                        .allowEmptyShould(true)
                        .check(CLASSES));
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass>
            primitivesAndArrays() {
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "primitive or array", type -> type.isPrimitive() || type.isArray());
    }

    /** Judging needs only what was seen, not how it is read. */
    @Test
    void guardAndCasesTakeFactsFromTheProbeButDoNotReadThem() {
        noClasses()
                .that()
                .resideInAnyPackage(rooms("verdict", "guard", "cases", "report"))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("launchguard.probe.EvidenceReader")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotKnowWhoCallsThem() {
        noClasses()
                .that()
                .resideInAPackage("launchguard.aws..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("launchguard", "launchguard.cli..", "launchguard.signal..", "launchguard.report..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyAdaptersKnowTheSdk() {
        noClasses()
                .that()
                .resideInAPackage("launchguard..")
                .and(not(resideInAnyPackage("launchguard.aws..", "launchguard.cli..", "launchguard")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void nobodyImportsTheRoot() {
        noClasses()
                .that()
                .resideInAPackage("launchguard.*..")
                .and(not(resideInAPackage("launchguard.cli..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("launchguard")
                .check(CLASSES);
    }

    /** The order of the steps may live in a room of its own: then it is the root's, and no room below asks it. */
    @Test
    void noRoomImportsTheFlow() {
        noClasses()
                .that()
                .resideInAnyPackage(rooms("model", "signal", "probe", "verdict", "guard", "cases", "aws", "report"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("launchguard.flow..", "launchguard.cli..")
                .check(CLASSES);
    }

    /** Pages are the command line's: the function sends none. */
    @Test
    void onlyTheCommandLineKnowsPages() {
        noClasses()
                .that(not(resideInAnyPackage("launchguard.cli..", "launchguard.pages..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("launchguard.pages..")
                .check(CLASSES);
    }

    @Test
    void noCycles() {
        slices().matching("launchguard.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @TestFactory
    Stream<DynamicTest> pureRoomsTouchNoClockNoEnvironmentNoChance() {
        return Stream.of(Instant.class, LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class)
                .map(type -> DynamicTest.dynamicTest(
                        type.getSimpleName() + ".now",
                        () -> noClasses()
                                .that()
                                .resideInAnyPackage(PURE)
                                .should()
                                .callMethod(type, "now")
                                .orShould()
                                .callMethod(type, "now", Clock.class)
                                .check(CLASSES)));
    }

    @Test
    void pureRoomsAskNothingOfTheirSurroundings() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(equivalentTo(Clock.class)
                        .or(equivalentTo(System.class))
                        .or(equivalentTo(Random.class))
                        .or(equivalentTo(UUID.class))
                        .or(equivalentTo(Thread.class))
                        .or(equivalentTo(ProcessHandle.class))
                        .or(resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..")))
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    @Test
    void onlyTheEdgesPrintAndNobodyUsesTheJdksLogger() {
        noClasses()
                .that()
                .resideInAPackage("launchguard..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(rooms("model", "signal", "probe", "verdict", "guard", "cases", "aws"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    private static String[] rooms(String... names) {
        return Arrays.stream(names).map(name -> "launchguard." + name + "..").toArray(String[]::new);
    }
}
