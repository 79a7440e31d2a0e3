package launchguard.probe;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import launchguard.Thorough;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The shells that instances have as {@code /bin/sh}. */
public enum Shell {
    SH("sh"),
    DASH("dash"),
    BASH("bash --posix"),
    BUSYBOX("busybox sh"),
    MKSH("mksh"),
    POSH("posh");

    private final String command;

    Shell(String command) {
        this.command = command;
    }

    /** Those of this run: that of Amazon Linux and RHEL in each build, the others with -Pthorough. */
    public static Stream<Shell> here() {
        return Thorough.RUN ? Stream.of(DASH, BUSYBOX, MKSH, POSH) : Stream.of(BASH);
    }

    /** What starts it; where it is not installed the test is reported as skipped, with the reason. */
    public List<String> command() {
        var words = List.of(command.split(" ", -1));
        Assumptions.assumeTrue(find(words.getFirst()) != null, () -> words.getFirst() + " is not installed");
        return words;
    }

    /** The program of this name on the path; null where there is none. */
    public static @Nullable Path find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
