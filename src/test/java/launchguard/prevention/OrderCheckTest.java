package launchguard.prevention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import launchguard.HangGuard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** prevention/systemd/check says what undoes the order, in an image and in a boot. */
@Tag("verify")
class OrderCheckTest {
    private static final Path SYSTEMD = Path.of("prevention/systemd").toAbsolutePath();
    private static final String UNITS = "etc/systemd/system/";

    @TempDir
    Path directory;

    private record Run(int exitCode, String output) {}

    @BeforeEach
    void imageWithTheAgent() throws Exception {
        Files.createDirectories(directory.resolve("bin"));
        Files.createDirectories(directory.resolve(UNITS + "multi-user.target.wants"));
        Files.createDirectories(directory.resolve("etc/cron.d"));
        var packaged = Files.createDirectories(directory.resolve("usr/lib/systemd/system"));
        Files.writeString(packaged.resolve("codedeploy-agent.service"), "[Install]\nWantedBy=multi-user.target\n");
        assertEquals(0, run("install", "--root", directory.toString()).exitCode());
        systemctl("active", "active", 22_500_000, 22_440_000);
        journal("");
    }

    @Test
    void asInstalled_itHolds() throws Exception {
        assertEquals(
                new Run(0, "check: codedeploy-agent.service starts when cloud-init has finished\n"),
                run("check", "--root", directory.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ln -s x etc/systemd/system/multi-user.target.wants/codedeploy-agent.service | multi-user.target.wants/codedeploy-agent.service starts the agent beside cloud-init",
                "mkdir usr/lib/systemd/system/basic.target.requires; ln -s x usr/lib/systemd/system/basic.target.requires/codedeploy-agent.service | basic.target.requires/codedeploy-agent.service starts",
                "rm etc/systemd/system/codedeploy-agent.service.d/10-after-cloud-init.conf | no codedeploy-agent.service.d/10-after-cloud-init.conf",
                "rm etc/systemd/system/cloud-init.target.wants/codedeploy-agent.service | cloud-init.target does not start the agent",
                "rm etc/systemd/system/codedeploy-agent-without-cloud-init.service | nothing starts the agent where cloud-init is disabled",
                "rm etc/systemd/system/paths.target.wants/codedeploy-agent-order.path | nothing takes the link back",
                "rm usr/lib/systemd/system/codedeploy-agent.service | install the agent, then run systemd/install",
                "echo '@reboot root codedeploy-agent/bin/update' >etc/cron.d/codedeploy-agent-update | upgrade it to 1.3.1 or later"
            })
    void whatUndoesIt_isNamed(String change, String complaint) throws Exception {
        assertEquals(0, process(List.of("sh", "-ec", change)).exitCode());

        var run = run("check", "--root", directory.toString());

        assertEquals(1, run.exitCode());
        assertEquals(1, run.output().lines().count(), run::output);
        assertTrue(run.output().contains(complaint), run::output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "active   | active   | 22500000 | 22440000 |                       | 0 | the agent started 60 ms after cloud-init's end",
                "failed   | active   | 22500000 | 22440000 |                       | 0 | the agent started 60 ms after cloud-init's end",
                "active   | active   | 4400000  | 22440000 |                       | 1 | the agent started at 4400000 us of this boot, cloud-init ended at 22440000 us",
                "active   | active   | 4400000  | 0        |                       | 1 | cloud-init ended at 0 us",
                "activating | active | 4400000  | 0        |                       | 1 | cloud-init has not ended in 0 s",
                "inactive | active   | 4400000  | 0        |                       | 1 | cloud-init has not ended in 0 s",
                "active   | inactive | 0        | 22440000 |                       | 1 | codedeploy-agent.service is inactive: see journalctl",
                "active   | active   | 22500000 | 22440000 | x: Found ordering cycle on y | 1 | left one of its units out"
            })
    void theBootsOrder_isChecked(
            String cloudFinal, String agent, long start, long end, String journal, int exitCode, String says)
            throws Exception {
        systemctl(cloudFinal, agent, start, end);
        journal(journal == null ? "" : journal);

        var run = run("check", "--boot", "--root", directory.toString());

        assertEquals(exitCode, run.exitCode(), run::output);
        assertTrue(run.output().contains(says), run::output);
    }

    @Test
    void whereCloudInitIsDisabled_aRunningAgentIsEnough() throws Exception {
        Files.createFile(
                Files.createDirectories(directory.resolve("run/cloud-init")).resolve("disabled"));
        systemctl("inactive", "active", 4_400_000, 0);

        assertEquals(0, run("check", "--boot", "--root", directory.toString()).exitCode());
    }

    @ParameterizedTest
    @CsvSource({"--root", "--root /nowhere/at/all", "--mend"})
    void whatItDoesNotKnow_itRefuses(String arguments) throws Exception {
        var run = run("check", arguments.split(" ", -1));

        assertEquals(2, run.exitCode());
        assertTrue(run.output().startsWith("check [--root DIRECTORY]"), run::output);
    }

    private void systemctl(String cloudFinal, String agent, long start, long end) throws IOException {
        standIn("systemctl", """
                case "$2 $4" in
                  'cloud-final.service ActiveState') echo ActiveState=%s ;;
                  'cloud-final.service ExecMainExitTimestampMonotonic') echo ExecMainExitTimestampMonotonic=%d ;;
                  'codedeploy-agent.service ActiveState') echo ActiveState=%s ;;
                  'codedeploy-agent.service InactiveExitTimestampMonotonic') echo InactiveExitTimestampMonotonic=%d ;;
                esac
                """.formatted(cloudFinal, end, agent, start));
    }

    private void journal(String line) throws IOException {
        standIn("journalctl", "echo '" + line + "'\n");
    }

    private void standIn(String name, String text) throws IOException {
        var file = Files.writeString(directory.resolve("bin").resolve(name), "#!/bin/sh\n" + text);
        assertTrue(file.toFile().setExecutable(true));
    }

    private Run run(String script, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                "env",
                "WAIT_SECONDS=0",
                "AGENT_SECONDS=0",
                "sh",
                SYSTEMD.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return process(command);
    }

    private Run process(List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
        var process = builder.start();
        var output = HangGuard.output(process);
        return new Run(process.exitValue(), output);
    }
}
