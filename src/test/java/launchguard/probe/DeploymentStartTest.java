package launchguard.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where no root is set the agent's directory is the machine's own, and the births of its directories count. */
class DeploymentStartTest {

    private static final String DEPLOYMENT = "opt/codedeploy-agent/deployment-root/9d1c/d-BIRTH0001";

    @TempDir
    Path root;

    @Test
    void beforeTheBundleIsDownloaded_theBirthOfTheDeploymentsDirectoryCounts() throws Exception {
        var born = deploymentWhoseBundleTook(3);
        assumeTrue(birthsAreKept(), "this file system or coreutils keeps no births");

        var deployment = deploymentSeenInPlace("");

        assertEquals("deployment-root", deployment.path("source").textValue());
        assertEquals(born, deployment.path("startedUptime").doubleValue(), 0.7);
    }

    @Test
    void birthsOfACopiedRoot_areTheCopys() throws Exception {
        deploymentWhoseBundleTook(3);
        Files.createDirectory(root.resolve("proc"));
        for (var file : List.of("uptime", "stat")) {
            Files.writeString(root.resolve("proc/" + file), Files.readString(Path.of("/proc/" + file)));
        }

        var deployment = deploymentSeenInPlace(root.toString());

        assertEquals("most_recent_install", deployment.path("source").textValue());
    }

    /** The seconds of uptime at which its directory was made. */
    private double deploymentWhoseBundleTook(int seconds) throws IOException {
        var born = uptime();
        var deployment = Files.createDirectories(root.resolve(DEPLOYMENT));
        var instructions = Files.createDirectories(deployment.resolve("../../deployment-instructions"));
        var install = Files.writeString(instructions.resolve("9d1c_most_recent_install"), "/" + DEPLOYMENT);
        var downloaded = FileTime.from(Instant.now().plusSeconds(seconds));
        Files.setLastModifiedTime(deployment, downloaded);
        Files.setLastModifiedTime(install, downloaded);
        return born;
    }

    private boolean birthsAreKept() throws Exception {
        var stat =
                new ProcessBuilder("stat", "-c", "%W", root.resolve(DEPLOYMENT).toString()).start();
        var answer = new String(stat.getInputStream().readAllBytes(), US_ASCII).strip();
        return stat.waitFor() == 0 && answer.matches("[1-9][0-9]*");
    }

    /** What the probe says of it when its files lie in /opt, in a mount namespace of its own. */
    private JsonNode deploymentSeenInPlace(String rootVariable) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount");
        assumeTrue(
                new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0,
                "this machine allows no namespaces");
        var script = "mount --bind '" + root.resolve("opt") + "' /opt && exec sh '" + ProbeRun.SCRIPT + "'";
        var evidence = ProbeRun.by(
                        List.of("unshare", "-m", "sh", "-c", script), Map.of("LAUNCH_GUARD_ROOT", rootVariable))
                .evidence();
        var deployments = evidence.path("deployments");
        assertTrue(deployments.size() == 1, evidence::toString);
        return deployments.get(0);
    }

    private static double uptime() throws IOException {
        return new Scanner(Files.readString(Path.of("/proc/uptime"))).nextDouble();
    }
}
