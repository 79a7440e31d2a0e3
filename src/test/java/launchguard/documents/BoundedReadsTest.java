package launchguard.documents;

import static launchguard.documents.RepairedInstance.DEPLOYMENTS;
import static launchguard.documents.RepairedInstance.GROUP;
import static launchguard.documents.RepairedInstance.INSTRUCTIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A FIFO, a device or a link in the place of a file does not block a repair, and a repair reads a bounded amount. */
@Tag("verify")
class BoundedReadsTest extends RacedInstanceFixture {
    private static final String ARCHIVE = DEPLOYMENTS + "/" + GROUP + "/d-4XAMPLE01/deployment-archive";

    static List<String> files() {
        return List.of(
                "etc/codedeploy-agent/conf/codedeployagent.yml",
                "etc/init.d/codedeploy-agent",
                INSTRUCTIONS + "_last_successful_install",
                INSTRUCTIONS + "_most_recent_install",
                INSTRUCTIONS + "-cleanup",
                INSTRUCTIONS + "-install.json",
                ARCHIVE + "/appspec.yml",
                ARCHIVE + "/app.jar",
                ARCHIVE + "/scripts/start.sh",
                DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02",
                "run/launch-guard.lock",
                "run/launch-guard.out",
                "run/launch-guard.restarts",
                "opt/codedeploy-agent/state/.pid/codedeploy-agent.pid");
    }

    @ParameterizedTest
    @MethodSource("files")
    void fifos(String file) {
        instance.fifo(file);
        for (Ended ended :
                List.of(instance.run("sh", "redeploy.sh", REDEPLOY), instance.run("sh", "restart.sh", "184", "1075"))) {
            assertTrue(List.of(0, 10, 13).contains(ended.code()), ended.output());
        }
    }

    /** Put there between the test and the read: cat would wait forever. */
    @EachRepairShell
    void fifosPutThereBetweenTestAndRead(String shell) {
        // content is called with a name that is a file, and a FIFO when the program opens it.
        instance.write("stand-in/file", "text\n");
        instance.write("stand-in/bin/timeout", """
                #!/bin/sh
                rm -f "$LAUNCH_GUARD_ROOT/stand-in/file"
                mkfifo "$LAUNCH_GUARD_ROOT/stand-in/file"
                shift
                exec /usr/bin/timeout 1 "$@"
                """);
        instance.makeRunnable("stand-in/bin/timeout");
        String text = RepairedInstance.text("restart.sh");
        String start = text.substring(0, text.lastIndexOf("main \"$@\""));
        instance.write(
                "stand-in/read.sh",
                start + "PATH=$root/stand-in/bin:$PATH\ncontent \"$root/stand-in/file\"\necho \"ended $?\"\n"
                        + "quote_end_of_file \"$root/stand-in/file\"\necho over\n");
        Ended ended = instance.runFile(shell, "stand-in/read.sh");
        assertEquals("over", ended.lastLine(), ended.output());
        assertTrue(ended.output().contains("ended 124"), ended.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/random", "/dev/null", "/etc/shadow", "/", "/nowhere"})
    void links(String target) {
        for (String file : List.of(INSTRUCTIONS + "-cleanup", ARCHIVE + "/appspec.yml", "run/launch-guard.lock")) {
            RepairedInstance each = RepairedInstance.of(
                    "rpm-dnf-race-jdk8-status-error", folder.resolve(Integer.toString(file.hashCode())));
            if (Files.exists(each.path(file))) {
                each.delete(file);
            }
            each.link(file, target);
            Ended ended = each.run("sh", "redeploy.sh", REDEPLOY);
            assertTrue(List.of(0, 10, 13).contains(ended.code()), file + ": " + ended.output());
            assertFalse(ended.output().contains("root:"), ended.output());
        }
    }

    @Test
    void settingsOfAServiceThatAreNoFile() {
        instance.fifo("etc/rest-api.env");
        instance.makeExecutable("usr/lib/jvm/new/bin/java");
        instance.unit(
                "rest-api.service",
                "ExecStart={ path=/usr/lib/jvm/new/bin/java ; argv[]=/usr/lib/jvm/new/bin/java ; }",
                "EnvironmentFiles=/etc/rest-api.env (ignore_errors=no)");
        assertEquals(0, instance.run("sh", "restart.sh", "184", "1075").code());
    }
}
