package launchguard.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** cfn-lint, where it is installed; elsewhere the report says that it was not run. */
@Tag("verify")
final class LintTest {
    @Test
    void cfnLint_findsNothing() throws IOException, InterruptedException {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cfn-lint")));
        if (!installed) {
            System.err.println("NOT RUN: cfn-lint is not installed, so nothing else has checked the templates");
        }
        assumeTrue(installed, "cfn-lint is not on the PATH: the templates were not linted");

        ProcessBuilder lint = new ProcessBuilder(
                "cfn-lint",
                "--regions",
                "us-east-1",
                "--template",
                "template.yaml",
                "packaging/central.yaml",
                "packaging/exposure.yaml");
        // Its SAM transform asks for a region; no call leaves this machine.
        lint.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        Process process = lint.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
