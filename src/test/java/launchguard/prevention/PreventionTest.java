package launchguard.prevention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import launchguard.HangGuard;
import launchguard.probe.Shell;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripts of {@code prevention/} install, undo and wait as their README says. */
@Tag("verify")
class PreventionTest {

    private static final Path PREVENTION = Path.of("prevention").toAbsolutePath();
    private static final Path WAIT = PREVENTION.resolve("before-install/wait-for-cloud-init.sh");
    private static final String AGENT = "codedeploy-agent.service";

    @TempDir
    Path directory;

    private record Run(int exitCode, String output) {}

    @Test
    void installed_twice_andUndone_theLinksAreAsBefore() throws Exception {
        var units = Files.createDirectories(directory.resolve("etc/systemd/system/multi-user.target.wants"));
        var packaged =
                Files.createDirectories(directory.resolve("lib/systemd/system")).resolve(AGENT);
        Files.writeString(packaged, "[Install]\nWantedBy=multi-user.target\n");
        Files.createSymbolicLink(units.resolve(AGENT), Path.of("/lib/systemd/system/" + AGENT));
        var before = tree();

        var first = install("--root", directory.toString());
        var installed = tree();
        install("--root", directory.toString());

        assertEquals(new Run(0, "install: " + AGENT + " starts when cloud-init has finished\n"), first);
        assertEquals(installed, tree());
        assertFalse(installed.containsKey("etc/systemd/system/multi-user.target.wants/" + AGENT), installed::toString);
        assertEquals(
                "/lib/systemd/system/" + AGENT, installed.get("etc/systemd/system/cloud-init.target.wants/" + AGENT));

        assertEquals(0, install("--root", directory.toString(), "--undo").exitCode());
        var undone = tree();
        undone.keySet()
                .removeIf(path -> path.endsWith("cloud-init.target.wants") || path.endsWith("paths.target.wants"));
        assertEquals(before, undone);
    }

    @Test
    void withoutAnAgent_theErrorSaysWhatToDo() throws Exception {
        var run = install("--root", directory.toString());

        assertEquals(1, run.exitCode());
        assertTrue(run.output().contains("install the agent first"), run.output());
        assertEquals(0, tree().size());
    }

    @ParameterizedTest
    @CsvSource({"--root", "--root /nowhere/at/all", "--force"})
    void whatItDoesNotKnow_itRefuses(String arguments) throws Exception {
        var run = install(arguments.split(" ", -1));

        assertEquals(2, run.exitCode());
        assertTrue(run.output().startsWith("install [--undo]"), run.output());
    }

    @ParameterizedTest
    @EnumSource
    void cloudInitThatEndsLater_isWaitedFor(Shell shell) throws Exception {
        systemctl("[ -f ended ] || { : >ended; echo LoadState=loaded; echo ActiveState=activating; exit; }\n"
                + "echo LoadState=loaded; echo ActiveState=active");

        var run = hook(shell, "10");

        assertEquals(0, run.exitCode(), run::output);
        assertTrue(run.output().matches("cloud-init has finished; waited [1-3] s for it\n"), run.output());
    }

    @ParameterizedTest
    @CsvSource({
        "loaded, active, 0",
        "loaded, failed, 0",
        "not-found, inactive, 0",
        "loaded, activating, 1",
        "loaded, deactivating, 1"
    })
    void whatSystemdSays_decides(String load, String active, int exitCode) throws Exception {
        systemctl("echo LoadState=" + load + "; echo ActiveState=" + active);

        var run = hook(Shell.SH, "1");

        assertEquals(exitCode, run.exitCode(), run::output);
        if (exitCode == 1) {
            assertTrue(
                    run.output().contains("has not finished in 1 s: see /var/log/cloud-init-output.log"), run.output());
        }
    }

    @Test
    void shellcheckHasNothingToSay() throws Exception {
        assumeTrue(Shell.find("shellcheck") != null, "shellcheck is not installed");

        var run = run(List.of(
                "shellcheck",
                WAIT.toString(),
                PREVENTION.resolve("systemd/install").toString(),
                PREVENTION.resolve("systemd/check").toString(),
                PREVENTION.resolve("user-data/agent-last.sh").toString()));

        assertEquals(new Run(0, ""), run);
        assertEquals(new Run(0, ""), shellcheckOfTheBoothook());
    }

    /** cloud-init takes the first line away before it runs the rest. */
    private Run shellcheckOfTheBoothook() throws Exception {
        var text = Files.readString(PREVENTION.resolve("user-data/agent-after-cloud-init.boothook"));
        var prefix = "#cloud-boothook\n";
        assertTrue(text.startsWith(prefix + "#!/bin/sh\n"), text);
        var script = directory.resolve("boothook");
        Files.writeString(script, text.substring(prefix.length()));
        return run(List.of("shellcheck", script.toString()));
    }

    @Test
    void everyFileThatTheReadmeNames_isThere_andTheOtherWayRound() throws IOException {
        var readme = Files.readString(PREVENTION.resolve("README.md"));
        var linked = new ArrayList<String>();
        var link = Pattern.compile("\\]\\(([a-z./-]+/[A-Za-z.-]+)\\)").matcher(readme);
        while (link.find()) {
            linked.add(link.group(1));
            assertTrue(Files.exists(PREVENTION.resolve(link.group(1))), link.group(1));
        }
        try (var files = Files.walk(PREVENTION)) {
            files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .forEach(name -> assertTrue(readme.contains(name) || name.equals("README.md"), name));
        }
        assertTrue(linked.size() >= 5, linked::toString);
    }

    private Run install(String... arguments) throws Exception {
        var command = new ArrayList<>(
                List.of("sh", PREVENTION.resolve("systemd/install").toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Run hook(Shell shell, String seconds) throws Exception {
        var command = new ArrayList<>(List.of("env", "WAIT_SECONDS=" + seconds));
        command.addAll(shell.command());
        command.add(WAIT.toString());
        return run(command);
    }

    private void systemctl(String text) throws IOException {
        var file = Files.writeString(directory.resolve("systemctl"), "#!/bin/sh\n" + text + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    /** Its stand-ins lie in the directory, which is also where it works. */
    private Run run(List<String> command) throws Exception {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", directory.toString(), (path, ours) -> ours + ":" + path);
        var process = builder.start();
        var output = HangGuard.output(process);
        return new Run(process.exitValue(), output);
    }

    /** Each path below the directory, with its text or where its link leads. */
    private Map<String, String> tree() throws IOException {
        var tree = new TreeMap<String, String>();
        try (var paths = Files.walk(directory)) {
            for (var path : paths.filter(path -> !path.equals(directory)).toList()) {
                var text = Files.isSymbolicLink(path)
                        ? Files.readSymbolicLink(path).toString()
                        : Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readString(path) : "";
                tree.put(directory.relativize(path).toString(), text);
            }
        }
        return tree;
    }
}
