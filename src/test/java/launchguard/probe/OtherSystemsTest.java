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
import java.util.HashMap;
import java.util.List;
import launchguard.corpus.RecordedInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems that no recorded instance has: other init systems, agents, package managers, JVMs. */
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

    @Test
    void severalGroups_aJvmIsOfTheOneUnderWhoseFilesItLies() throws Exception {
        group("group-a", "/opt", "/opt/a", "/opt/a/a.jar", "/etc/systemd/system/a.service", "/srv/both");
        group("group-b", "/opt/b", "/opt/b/b.jar", "/opt/b/run.sh", "/srv/both", "/home/b/x.jar");
        var java = "/usr/lib/jvm/java-17/bin/java";
        var libjvm = "/usr/lib/jvm/java-17/lib/server/libjvm.so";
        for (var pid = 10; pid <= 18; pid++) {
            process(pid, java, "0::/system.slice/x" + pid + ".service", libjvm);
            write("proc/" + pid + "/cmdline", java + "\0-jar\0x.jar\0");
        }
        write("proc/10/cgroup", "0::/system.slice/a.service\n");
        write("proc/11/cmdline", java + "\0-Xmx1g\0-cp\0/opt/b/lib/*:/opt/b/b.jar\0Main\0");
        cwd(12, "/opt/b/work");
        cwd(13, "/" + ROOT_DIR + "group-b/d-NEW/deployment-archive");
        cwd(14, "/srv/both");
        write("proc/15/cmdline", java + "\0-jar\0/opt/elsewhere/c.jar\0");
        cwd(15, "/var/empty");
        write("proc/16/cmdline", java + "\0-javaagent:/opt/b/agent.jar\0-jar\0/opt/a/a.jar\0");
        cwd(17, "/home/b");
        cwd(18, "/");
        var bin = commands("systemctl", """
                case "$*" in
                  *list-units*) echo '● a.service loaded failed failed A'; echo 'b@1.service loaded failed failed B' ;;
                  *a.service*b@1.service*) ;;
                  *a.service*) printf '%s\\n' FragmentPath=/etc/systemd/system/a.service Result=exit-code ExecMainStatus=203 'ExecStart={ path=/opt/a/run ; argv[]=/opt/a/run ; pid=1 }' ;;
                  *b@1.service*) printf '%s\\n' FragmentPath=/opt/b/b@.service ExecMainStatus=203 'ExecStart={ path=/usr/lib/x/bin/java ; argv[]=/usr/lib/x/bin/java -v ; }' ;;
                esac
                """);

        var evidence = probe(bin);

        var found = new StringBuilder();
        for (var jvm : evidence.path("jvms")) {
            found.append(jvm.path("pid"))
                    .append(jvm.path("groupId").asText("-"))
                    .append(' ');
        }
        // /opt was made by group a, so what lies there and belongs to no other group is its own.
        assertEquals("10group-a 11group-b 12group-b 13group-b 14- 15group-a 16- 17group-b 18- ", found.toString());
        // What starts java comes first.
        assertEquals("group-b", text(evidence, "/failedUnits/0/groupId"));
        assertTrue(evidence.at("/failedUnits/0/java").booleanValue());
        assertEquals("group-a", text(evidence, "/failedUnits/1/groupId"));
        assertFalse(evidence.at("/failedUnits/1/java").booleanValue());
    }

    @Test
    void oneGroup_isKnownByASignAsWell() throws Exception {
        group("group-a", "/opt/a");
        process(10, "/usr/lib/jvm/17/bin/java", "0::/x.service", "/usr/lib/jvm/17/lib/server/libjvm.so");
        cwd(10, "/opt/a");

        var jvm = probe().at("/jvms/0");

        assertEquals("group-a", jvm.path("groupId").textValue());
        assertEquals("cwd", jvm.path("sign").textValue());
    }

    @Test
    void folderWithLettersBeyondAscii_isASignAsWell() throws Exception {
        group("group-a", "/opt/\u00e9t\u00e9");
        process(10, "/usr/lib/jvm/17/bin/java", "0::/x.service", "/usr/lib/jvm/17/lib/server/libjvm.so");
        // The JVM of the tests may not be able to name it.
        var link =
                List.of("sh", "-c", "ln -s \"$(printf '/opt/\\303\\251t\\303\\251')\" \"$0\"", root + "/proc/10/cwd");
        assertEquals(0, new ProcessBuilder(link).start().waitFor());

        assertEquals("group-a", text(probe(), "/jvms/0/groupId"));
    }

    /** A dash of a path stands so in the name of a template's instance. */
    @Test
    void unitWithAnEscapedName_isKnownByWhatItStarts() throws Exception {
        group("group-a", "/opt/my-app/run.sh");
        var bin = commands("systemctl", """
                case "$*" in
                  *list-units*) printf '%s\\n' 'app@opt-my\\x2dapp.service loaded failed failed X' ;;
                  *x2dapp.service*) printf '%s\\n' Result=exit-code 'ExecStart={ path=/opt/my-app/run.sh ; argv[]=/opt/my-app/run.sh ; }' ;;
                esac
                """);

        assertEquals("group-a", text(probe(bin), "/failedUnits/0/groupId"));
    }

    @Test
    void whatAFailedUnitStarts() throws Exception {
        write("opt/app/wrapper.sh", "#!/bin/sh\nexec $JAVA_HOME/bin/java -jar app.jar\n");
        write("opt/app/plain.sh", "#!/bin/sh\nexec nginx\n");
        var starts = List.of(
                "{ path=/usr/lib/jvm/java-17/bin/java ; argv[]=/usr/lib/jvm/java-17/bin/java -jar /a.jar ; }",
                "{ path=/bin/sh ; argv[]=/bin/sh -c exec java $OPTS ; }",
                "{ path=/opt/app/wrapper.sh ; argv[]=/opt/app/wrapper.sh start ; }",
                "{ path=/opt/app/plain.sh ; argv[]=/opt/app/plain.sh ; }",
                "{ path=/usr/sbin/gone ; argv[]=/usr/sbin/gone ; }",
                "");
        var printed = new StringBuilder();
        for (var start : starts) {
            var bin = commands("systemctl", """
                    case "$*" in
                      *list-units*) echo 'x.service loaded failed failed X' ;;
                      *x.service*) printf '%s\\n' Result=exit-code ExecMainStatus=127 'ExecStart=START' ;;
                    esac
                    """.replace("START", start));

            printed.append(probe(bin).at("/failedUnits/0/java").asText("-")).append(' ');
        }
        assertEquals("true true true false false - ", printed.toString().replace("  ", " - "));
    }

    @Test
    void aDeploymentOlderThanThisInstancesFirstBoot_isOfAnother() throws Exception {
        write("run/cloud-init/.instance-id", "i-0fedcba9876543210\n");
        baked("i-0123456789abcdef0", -90_000);
        baked("i-0fedcba9876543210", 5);
        write(ROOT_DIR + "g/d-BAKED/logs/scripts.log", "");
        time(ROOT_DIR + "g/d-BAKED/logs", -89_000);
        write(ROOT_DIR + "deployment-instructions/g_most_recent_install", "/opt/x/g/d-BAKED");
        time(ROOT_DIR + "deployment-instructions/g_most_recent_install", -89_000);

        var deployment = probe().at("/deployments/0");

        assertFalse(deployment.path("thisInstance").asBoolean(true), deployment::toString);
        // The same on the instance that it was made on, or where its first boot is not known.
        write("run/cloud-init/.instance-id", "i-0123456789abcdef0\n");
        assertTrue(probe().at("/deployments/0/thisInstance").booleanValue());
        write("run/cloud-init/.instance-id", "i-00000000000000000\n");
        assertFalse(probe().at("/deployments/0").has("thisInstance"));
    }

    @Test
    void userDataOfTheImagesBuilder_upgradedNothingHere() throws Exception {
        write("run/cloud-init/.instance-id", "i-0fedcba9876543210\n");
        write("var/lib/cloud/instances/i-0123456789abcdef0/user-data.txt", "#!/bin/sh\nyum -y update\n");
        write("var/lib/cloud/instances/i-0fedcba9876543210/user-data.txt", "#!/bin/sh\necho\n");

        assertFalse(probe().at("/cloudInit/upgradedPackages").asBoolean());
        // Its own, and where it is not known which its own is.
        write("run/cloud-init/.instance-id", "i-0123456789abcdef0\n");
        assertTrue(probe().at("/cloudInit/upgradedPackages").asBoolean());
        Files.delete(root.resolve("run/cloud-init/.instance-id"));
        assertTrue(probe().at("/cloudInit/upgradedPackages").asBoolean());
    }

    private void baked(String instance, double firstBoot) throws IOException {
        for (var module : List.of("config_runcmd", "config_ssh")) {
            var file = "var/lib/cloud/instances/" + instance + "/sem/" + module;
            write(file, "");
            time(file, firstBoot + module.length());
        }
    }

    private void group(String group, String... installed) throws IOException {
        write(ROOT_DIR + group + "/d-NEW/logs/scripts.log", "");
        write(ROOT_DIR + "deployment-instructions/" + group + "_most_recent_install", "/x/" + group + "/d-NEW");
        write(ROOT_DIR + "deployment-instructions/" + group + "-cleanup", String.join("\n", installed));
    }

    private void cwd(int pid, String directory) throws IOException {
        Files.createSymbolicLink(root.resolve("proc/" + pid + "/cwd"), Path.of(directory));
    }

    private Path commands(String name, String script) throws IOException {
        var bin = Files.createDirectories(root.resolve("bin"));
        Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script);
        assertTrue(bin.resolve(name).toFile().setExecutable(true));
        return bin;
    }

    private JsonNode probe(Path bin) throws Exception {
        var environment = new HashMap<>(new RecordedInstance(root).environment("none"));
        environment.merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        return ProbeRun.of(Shell.SH, environment).evidence();
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
