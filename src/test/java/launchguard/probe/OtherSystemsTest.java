package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import launchguard.corpus.RecordedInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the recorded instances do not have: other init systems, agents, package managers, JVMs. */
class OtherSystemsTest {

    private static final long BOOTED = 1_795_385_460L;
    private static final String ROOT_DIR = "opt/codedeploy-agent/deployment-root/";

    @TempDir
    Path root;

    @BeforeEach
    void bootedTenMinutesAgo() throws IOException {
        write("proc/uptime", "600.00 600.00\n");
        write("proc/stat", "btime " + BOOTED + "\n");
    }

    @Test
    void amazonLinux1_agentStartsAfterCloudInitByItsNumber() throws Exception {
        write("etc/system-release", "Amazon Linux AMI release 2018.03\n");
        write("opt/codedeploy-agent/.version", "agent_version: OFFICIAL_1.3.2-1902_rpm\n");
        write("etc/rc.d/rc3.d/S53cloud-final", "");
        write("etc/rc.d/rc3.d/S98codedeploy-agent", "");

        var evidence = probe();

        assertEquals("amzn 2018.03", text(evidence, "/host/os") + " " + text(evidence, "/host/osVersion"));
        assertEquals("1.3.2", text(evidence, "/agent/version"));
        assertTrue(evidence.at("/agent/startsAtBoot").booleanValue());
        assertTrue(evidence.at("/agent/afterCloudInit").booleanValue());
    }

    @Test
    void rootDirMovedByTheAgentsConfiguration_isFollowed() throws Exception {
        write("etc/codedeploy-agent/conf/codedeployagent.yml", "---\n:root_dir: '/srv/code deploy' # moved\n");
        write("srv/code deploy/deployment-instructions/g_most_recent_install", "/srv/code deploy/g/d-MOVED");
        time("srv/code deploy/deployment-instructions/g_most_recent_install", 33.5);

        var evidence = probe();

        assertEquals("/srv/code deploy", text(evidence, "/agent/rootDir"));
        assertEquals("d-MOVED", text(evidence, "/deployments/0/deploymentId"));
        assertEquals(33.5, evidence.at("/deployments/0/startedUptime").doubleValue());
    }

    @Test
    void severalGroupsAndADeploymentOnItsWay() throws Exception {
        for (var group : List.of("group-1", "group-2")) {
            write(ROOT_DIR + group + "/d-NEW/logs/scripts.log", "");
            time(ROOT_DIR + group + "/d-NEW/logs", group.equals("group-1") ? 20 : 40);
            write(ROOT_DIR + group + "/d-OLD/logs/scripts.log", "");
            time(ROOT_DIR + group + "/d-OLD/logs/scripts.log", -1000);
            time(ROOT_DIR + group + "/d-OLD/logs", -1000);
        }
        write(ROOT_DIR + "ongoing-deployment/d-NEW", "command");
        time(ROOT_DIR + "ongoing-deployment/d-NEW", 500);
        write(ROOT_DIR + "ongoing-deployment/d-LEFTOVER", "command");
        time(ROOT_DIR + "ongoing-deployment/d-LEFTOVER", -500);

        var evidence = probe();

        assertEquals(List.of("d-NEW", "d-NEW"), evidence.path("deployments").findValuesAsText("deploymentId"));
        assertEquals(List.of("group-2", "group-1"), evidence.path("deployments").findValuesAsText("groupId"));
        assertEquals("[\"d-NEW\"]", evidence.at("/agent/ongoing").toString());
    }

    @Test
    void zoneChangedAfterTheFirstLogLine_fileTimesDecide() throws Exception {
        write(ROOT_DIR + "g/d-ZONE/logs/scripts.log", "");
        time(ROOT_DIR + "g/d-ZONE/logs", 30);
        // 22:11:30 UTC, then Japan's time in the same file.
        write(ROOT_DIR + "deployment-logs/codedeploy-agent-deployments.log", """
                [2026-11-22 22:11:30.000] [d-ZONE]LifecycleEvent - BeforeInstall
                [2026-11-23 07:11:50.000] [d-ZONE]LifecycleEvent - AfterInstall
                """);
        time(ROOT_DIR + "deployment-logs/codedeploy-agent-deployments.log", 50);

        var deployment = probe().at("/deployments/0");

        assertTrue(deployment.path("thisBoot").booleanValue());
        assertEquals(30, deployment.path("startedUptime").doubleValue());
    }

    @Test
    void anApplicationsOutput_isNoLogLine() throws Exception {
        write(ROOT_DIR + "g/d-REAL/appspec.yml", "");
        write(ROOT_DIR + "deployment-logs/codedeploy-agent-deployments.log", """
                [2026-11-22 22:11:30.000] [d-REAL][stdout][d-REAL]LifecycleEvent - BeforeInstall
                [2026-11-22 22:11:40.000] [d-REAL]LifecycleEvent - AfterInstall
                """);
        time(ROOT_DIR + "deployment-logs/codedeploy-agent-deployments.log", 40);

        var deployment = probe().at("/deployments/0");

        assertEquals(40, deployment.path("startedUptime").doubleValue());
        assertEquals("deployments.log", deployment.path("source").textValue());
    }

    @Test
    void dpkgDatabase_isReadBelowTheRoot() throws Exception {
        assumeTrue(Shell.find("dpkg-query") != null, "dpkg-query is not installed");
        write("var/lib/dpkg/status", """
                Package: openjdk-17-jre-headless
                Status: install ok installed
                Architecture: amd64
                Maintainer: nobody
                Description: java
                Version: 17.0.12+7-1

                Package: openjdk-17-source
                Status: deinstall ok config-files
                Architecture: amd64
                Maintainer: nobody
                Description: java
                Version: 17.0.12+7-1
                """);
        write("var/lib/dpkg/info/openjdk-17-jre-headless:amd64.list", "");
        time("var/lib/dpkg/info/openjdk-17-jre-headless:amd64.list", 77);

        var packages = probe().path("packages");

        assertEquals(1, packages.size());
        assertEquals(
                "{\"name\":\"openjdk-17-jre-headless\",\"version\":\"17.0.12+7-1.amd64\",\"installedAt\":"
                        + (BOOTED + 77) + ",\"manager\":\"dpkg\"}",
                packages.get(0).toString());
    }

    @Test
    void launchersOfOtherNames_containers_andWhatIsNoJvm() throws Exception {
        process(
                10,
                "/usr/bin/jsvc",
                "0::/system.slice/tomcat9.service",
                "/usr/lib/jvm/java-17-openjdk-amd64/lib/server/libjvm.so");
        process(11, "/opt/java/bin/java", "0::/system.slice/docker-0a1b2c.scope", "/opt/java/lib/server/libjvm.so");
        process(12, "/opt/app/native-image", "0::/system.slice/native.service", "/opt/app/native-image");
        process(
                13,
                "/opt/app/runtime/bin/java",
                "0::/system.slice/docker-like.service",
                "/opt/app/runtime/lib/server/libjvm.so");

        var jvms = probe().path("jvms");

        assertEquals(List.of("10", "11", "13"), jvms.findValuesAsText("pid"));
        assertEquals(List.of("false", "true", "false"), jvms.findValuesAsText("container"));
        assertEquals(
                "/usr/lib/jvm/java-17-openjdk-amd64",
                jvms.get(0).path("javaHome").textValue());
        assertEquals("/opt/app/runtime", jvms.get(2).path("javaHome").textValue());
    }

    @Test
    void deletedFilesOutsideOfJavaHome_areNotItsJdk() throws Exception {
        process(10, "/opt/jdk/bin/java", "0::/system.slice/app.service", "/opt/jdk/lib/server/libjvm.so");
        var maps = root.resolve("proc/10/maps");
        Files.writeString(
                maps,
                Files.readString(maps)
                        + "7f02-7f03 rw-s 0000 00:01 13     /memfd:java_heap (deleted)\n"
                        + "7f03-7f04 r-xp 0000 fe:00 14     /tmp/libnetty_tcnative.so (deleted)\n"
                        + "7f04-7f05 r--s 0000 fe:00 15     /opt/jdk-apps/app.jar (deleted)\n");

        var jvm = probe().at("/jvms/0");

        assertTrue(jvm.path("deletedMappings").isEmpty());
        assertFalse(jvm.path("javaHomeGone").booleanValue());
    }

    private JsonNode probe() throws Exception {
        return ProbeRun.of(Shell.SH, new RecordedInstance(root).environment("none"))
                .evidence();
    }

    private void process(int pid, String exe, String cgroup, String mapped) throws IOException {
        write("proc/" + pid + "/stat", pid + " (x) S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 4200 1 2\n");
        write("proc/" + pid + "/cgroup", cgroup + "\n");
        write("proc/" + pid + "/maps", "7f00-7f01 r-xp 0000 fe:00 12     " + mapped + "\n");
        Files.createSymbolicLink(root.resolve("proc/" + pid + "/exe"), Path.of(exe));
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private void time(String file, double uptime) throws IOException {
        Files.setLastModifiedTime(root.resolve(file), FileTime.fromMillis(BOOTED * 1000 + (long) (uptime * 1000)));
    }

    private static String text(JsonNode evidence, String pointer) {
        return evidence.at(pointer).textValue();
    }
}
