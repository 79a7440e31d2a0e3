package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltInstance.map;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.CORRETTO;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.D2;
import static launchguard.accuracy.BuiltScenarios.DEBIAN_17;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.OTHER;
import static launchguard.accuracy.BuiltScenarios.al2;
import static launchguard.accuracy.BuiltScenarios.al2023;
import static launchguard.accuracy.BuiltScenarios.correttoUpgraded;
import static launchguard.accuracy.BuiltScenarios.jdk8Upgraded;
import static launchguard.accuracy.BuiltScenarios.ubuntu;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static launchguard.verdict.VerdictName.STILL_BOOTING;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Situations like the known ones that are in no recorded root and no public report. */
@Tag("verify")
class UnreportedSituationsTest {
    private static final Set<VerdictName> LUCKY = Set.of(LUCKY_RACE);
    private static final Set<VerdictName> LUCKY_OR_DOUBTFUL = Set.of(LUCKY_RACE, INCONCLUSIVE);
    private static final Set<VerdictName> LOST_OR_DOUBTFUL = Set.of(JDK_REPLACED, INCONCLUSIVE);
    private static final Set<VerdictName> STALE = Set.of(STALE_JDK);
    private static final String OLD_JAVA = "/" + JDK8_AMAZON + "/bin/java";
    private static final String NEW_JRE = JDK8_AMAZON.replace("342", "372");

    static Stream<Arguments> kinds() {
        return Stream.of(unitStates(), processes(), stale(), packages(), stages(), clocks(), agents())
                .flatMap(kind -> kind);
    }

    /** Units in states that none of the recorded ones is in. */
    private static Stream<Arguments> unitStates() {
        String died = "ExecMainStartTimestampMonotonic=25000000\nExecMainExitTimestampMonotonic=60000000\n";
        return Stream.of(
                unit(
                        "killed for want of memory",
                        LUCKY_OR_DOUBTFUL,
                        "failed",
                        "failed",
                        "oom-kill",
                        died + "ExecMainCode=2\nExecMainStatus=9\n",
                        present()),
                unit(
                        "killed by its watchdog",
                        LUCKY_OR_DOUBTFUL,
                        "failed",
                        "failed",
                        "watchdog",
                        died + "ExecMainCode=3\nExecMainStatus=6\n",
                        present()),
                unit(
                        "start limit hit, java gone",
                        LOST_OR_DOUBTFUL,
                        "failed",
                        "failed",
                        "start-limit-hit",
                        died + "ExecMainCode=1\nExecMainStatus=203\n",
                        OLD_JAVA),
                unit(
                        "timed out while starting, java gone",
                        LOST_OR_DOUBTFUL,
                        "failed",
                        "failed",
                        "timeout",
                        died + "ExecMainCode=2\nExecMainStatus=15\n",
                        OLD_JAVA),
                unit(
                        "hangs in its stop, java gone",
                        LOST_OR_DOUBTFUL,
                        "deactivating",
                        "stop-sigterm",
                        "success",
                        died + "ExecMainCode=1\nExecMainStatus=143\n",
                        OLD_JAVA),
                unit(
                        "queued between two tries",
                        LOST_OR_DOUBTFUL,
                        "activating",
                        "auto-restart-queued",
                        "exit-code",
                        died + "NRestarts=40\nExecMainCode=1\nExecMainStatus=203\n",
                        OLD_JAVA),
                unit(
                        "failed before an automatic restart",
                        LOST_OR_DOUBTFUL,
                        "activating",
                        "failed-before-auto-restart",
                        "exit-code",
                        died + "NRestarts=3\nExecMainCode=1\nExecMainStatus=203\n",
                        OLD_JAVA),
                unit(
                        "credentials could not be set up",
                        LUCKY_OR_DOUBTFUL,
                        "failed",
                        "failed",
                        "exit-code",
                        died + "ExecMainCode=1\nExecMainStatus=243\n",
                        present()),
                kind(
                        "a timer's job that ended well, its java gone since",
                        LUCKY_OR_DOUBTFUL,
                        on -> running(raced(on))
                                .shown(
                                        "report-job",
                                        "Type=oneshot\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success\n"
                                                + "ExecMainCode=1\nExecMainStatus=0\nExecMainStartTimestampMonotonic=30000000\n"
                                                + "ExecMainExitTimestampMonotonic=35000000\nFragmentPath=/etc/systemd/system/report-job.service\n"
                                                + exec(OLD_JAVA, "exited", 0))),
                kind(
                        "a unit that waits for its socket was never tried",
                        LUCKY,
                        on -> running(raced(on))
                                .shown(
                                        "on-demand",
                                        "Type=simple\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success\n"
                                                + "ExecMainCode=0\nExecMainStatus=0\nExecMainStartTimestampMonotonic=0\n"
                                                + "ExecMainExitTimestampMonotonic=0\nFragmentPath=/etc/systemd/system/on-demand.service\n"
                                                + "ExecStart={ path=/usr/bin/java ; argv[]=/usr/bin/java -jar x.jar ; ignore_errors=no ;"
                                                + " start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }\n")),
                kind(
                        "an instance of a template",
                        LOST_OR_DOUBTFUL,
                        on -> raced(on)
                                .archive(GROUP, D1, "systemctl restart app@blue # java")
                                .installed(GROUP, "/etc/systemd/system/app@.service")
                                .shown(
                                        "app@blue",
                                        "Type=simple\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\n"
                                                + "ExecMainCode=1\nExecMainStatus=203\n" + died
                                                + "FragmentPath=/etc/systemd/system/app@.service\n"
                                                + exec(OLD_JAVA, "exited", 203))),
                kind(
                        "started by a shell that runs java last",
                        LOST_OR_DOUBTFUL,
                        on -> raced(on)
                                .shown(
                                        "app",
                                        "Type=simple\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\n"
                                                + "ExecMainCode=1\nExecMainStatus=127\n" + died
                                                + "FragmentPath=/etc/systemd/system/app.service\n"
                                                + "ExecStart={ path=/bin/sh ; argv[]=/bin/sh -c exec " + OLD_JAVA
                                                + " -jar /opt/app/app.jar ; ignore_errors=no ; code=exited ; status=127 }\n")));
    }

    /** JVMs that are not what they seem. */
    private static Stream<Arguments> processes() {
        String library = "/lib/server/libjvm.so";
        return Stream.of(
                kind(
                        "a zombie of java beside the new JVM",
                        LUCKY,
                        on -> running(raced(on))
                                .process(3000, 30, "", "", APP)
                                .write(
                                        "proc/3000/stat",
                                        "3000 (java) Z 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 3000 0\n")),
                kind(
                        "only a zombie of java is left",
                        LOST_OR_DOUBTFUL,
                        on -> raced(on)
                                .archive(GROUP, D1, "nohup java -jar app.jar &")
                                .process(3000, 30, "", "", APP)
                                .write(
                                        "proc/3000/stat",
                                        "3000 (java) Z 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 3000 0\n")),
                kind(
                        "OpenJ9, its folder gone",
                        STALE,
                        on -> raced(on)
                                .process(
                                        2210,
                                        30,
                                        "/opt/semeru-17/bin/java (deleted)",
                                        map("/opt/semeru-17/lib/default/libj9vm29.so (deleted)")
                                                + map("/opt/semeru-17/lib/default/libjvm.so (deleted)"),
                                        APP)
                                .write("opt/.keep", "")),
                kind(
                        "a native launcher that loads the JVM (JavaFX, install4j)",
                        STALE,
                        on -> raced(on)
                                .process(
                                        2210,
                                        30,
                                        "/opt/app/bin/launcher",
                                        map("/" + CORRETTO + library + " (deleted)")
                                                + map("/" + CORRETTO + "/lib/modules (deleted)"),
                                        APP)
                                .write(CORRETTO + library, "")),
                kind(
                        "a library of the application is called libjvm",
                        LUCKY_OR_DOUBTFUL,
                        on -> raced(on)
                                .process(
                                        2210,
                                        30,
                                        "/opt/tool/bin/tool",
                                        map("/opt/tool/lib/plugins/libjvm.so"),
                                        "tool.service")
                                .write("opt/tool/lib/plugins/libjvm.so", "")),
                kind(
                        "only the file of a debugger is gone",
                        LUCKY,
                        on -> raced(on)
                                .process(
                                        2210,
                                        30,
                                        "/" + CORRETTO + "/bin/java",
                                        map("/" + CORRETTO + library)
                                                + map("/" + CORRETTO + "/lib/server/libjvm.debuginfo (deleted)")
                                                + map("/opt/agent/async-profiler/libasyncProfiler.so (deleted)"),
                                        APP)
                                .write(CORRETTO + library, "")),
                kind(
                        "of its mapped files only a library that is loaded late was replaced",
                        STALE,
                        on -> raced(on)
                                .process(
                                        2210,
                                        30,
                                        "/" + CORRETTO + "/bin/java",
                                        map("/" + CORRETTO + library)
                                                + map("/" + CORRETTO + "/lib/libj2pkcs11.so (deleted)"),
                                        APP)
                                .write(CORRETTO + library, "")),
                kind(
                        "a JVM of a user's own systemd",
                        STALE,
                        on -> raced(on)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .write(
                                        "proc/2210/cgroup",
                                        "0::/user.slice/user-1001.slice/user@1001.service/app.slice/app.service\n")),
                kind(
                        "control groups of version 1 only",
                        STALE,
                        on -> raced(on)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .write(
                                        "proc/2210/cgroup",
                                        "9:pids:/system.slice/app.service\n1:name=systemd:/system.slice/app.service\n")));
    }

    /** JDKs that went in ways of their own. */
    private static Stream<Arguments> stale() {
        return Stream.of(
                kind(
                        "lost by the second of two upgrades",
                        STALE,
                        on -> raced(on)
                                .rpm("java-1.8.0-openjdk-headless", "1.8.0.382.b05", "1.amzn2.0.1", 65)
                                .jvm(2210, 50, NEW_JRE, GONE, APP)),
                kind(
                        "SDKMAN's current was switched, the old one removed",
                        STALE,
                        on -> al2(on).rpm("system-release", "2", "1", -9e5)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, "root/.sdkman/candidates/java/17.0.11-tem", GONE, APP)),
                kind(
                        "a snap's revision was refreshed",
                        STALE,
                        on -> ubuntu(on, "24.04")
                                .deb("bash", "5", -9e5)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, "snap/openjdk/1735/jdk", GONE, APP)),
                kind(
                        "the application's own jlink image was replaced by a second deployment",
                        Set.of(STALE_JDK),
                        on -> raced(on)
                                .installed(GROUP, "/opt/app", "/opt/app/jre/bin/java")
                                .deployed(GROUP, D2, 100)
                                .jvm(2210, 30, "opt/app/jre", REPLACED, APP)),
                kind(
                        "stale since before the deployment, of another group",
                        Set.of(STALE_BYSTANDER, INCONCLUSIVE),
                        on -> raced(on)
                                .installed(GROUP, "/opt/app/app.jar")
                                .installed(OTHER, "/opt/other/other.jar")
                                .jvm(2210, 10, JDK8_AMAZON, GONE, "other.service")
                                .write("proc/2210/cmdline", "java\0-jar\0/opt/other/other.jar\0")));
    }

    /** Databases and histories of packages in further forms. */
    private static Stream<Arguments> packages() {
        return Stream.of(
                kind(
                        "two builds of one name after a clean-up that was cut off",
                        STALE,
                        on -> raced(on)
                                .rpm("java-1.8.0-openjdk-headless", "1.8.0.342.b07", "1.amzn2.0.1", -9e5)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                kind(
                        "a JDK that was downgraded",
                        Set.of(JDK_REPLACED),
                        on -> al2(on).deployed(GROUP, D1, 20)
                                .rpm("java-1.8.0-openjdk-headless", "1.8.0.332.b09", "1.amzn2.0.1", 45)
                                .failedUnit("app", 203, OLD_JAVA)),
                kind(
                        "the JDK reinstalled, same build, in place",
                        STALE,
                        on -> correttoUpgraded(al2023(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, REPLACED, APP)),
                kind(
                        "another major version came beside it",
                        LUCKY,
                        on -> al2023(on)
                                .rpm("java-21-amazon-corretto-headless", "21.0.5+11", "1.amzn2023.1", 45)
                                .rpm("java-17-amazon-corretto-headless", "17.0.12+7", "1.amzn2023.1", -9e5)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, CURRENT, APP)),
                kind(
                        "a package of another language's JDK name",
                        LUCKY,
                        on -> al2(on).rpm("jdk-trust-store", "1", "1", 45)
                                .rpm("python3-jdkman", "1", "1", 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, "opt/jdk-17", CURRENT, APP)),
                kind(
                        "yum-cron at work",
                        Set.of(STILL_BOOTING),
                        on -> running(raced(on))
                                .process(900, 590, "/usr/bin/python2.7", "", "x.service")
                                .write(
                                        "proc/900/stat",
                                        "900 (yum-cron) S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 59000 1\n")),
                unpackedBesideTheOld("usr/local/sdkman/candidates/java"),
                unpackedBesideTheOld("home/app/.local/share/mise/installs/java"),
                unpackedBesideTheOld("srv/jdk"),
                kind(
                        "dnf5 at work",
                        Set.of(STILL_BOOTING),
                        on -> running(raced(on))
                                .process(900, 590, "/usr/bin/dnf5", "", "x.service")
                                .write(
                                        "proc/900/stat",
                                        "900 (dnf5) S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 59000 1\n")),
                kind(
                        "an unattended upgrade that only waits for the shutdown",
                        LUCKY,
                        on -> running(raced(on))
                                .process(900, 10, "/usr/bin/python3", "", "x.service")
                                .write(
                                        "proc/900/stat",
                                        "900 (unattended-upgr) S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 1000 1\n")
                                .write(
                                        "proc/900/cmdline",
                                        "/usr/bin/python3\0/usr/share/unattended-upgrades/unattended-upgrade-shutdown\0--wait-for-signal\0")),
                kind(
                        "the manager's process is a zombie",
                        LUCKY,
                        on -> running(raced(on))
                                .process(900, 10, "", "", "x.service")
                                .write(
                                        "proc/900/stat",
                                        "900 (yum) Z 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 1000 1\n")));
    }

    /** The java that the unit names is gone, and where it was lies another that no package manager knows. */
    private static Arguments unpackedBesideTheOld(String folder) {
        return kind(
                "a JDK unpacked beside the old in " + folder,
                LOST_OR_DOUBTFUL,
                on -> al2(on).rpm("system-release", "2", "1", -9e5)
                        .deployed(GROUP, D1, 20)
                        .write(folder + "/17.0.13/lib/server/libjvm.so", "")
                        .write(folder + "/17.0.13/lib/modules", "")
                        .time(folder + "/17.0.13/lib/modules", 45)
                        .failedUnit("app", 203, "/" + folder + "/17.0.12/bin/java"));
    }

    /** cloud-init in further states. */
    private static Stream<Arguments> stages() {
        return Stream.of(kind("run again by hand long after the boot", LUCKY, on -> {
            running(raced(on)).uptime(5000);
            on.write(
                            "var/lib/cloud/instances/i-0fedcba9876543210/boot-finished",
                            "4000.5 - Sun, 22 Nov 2026 23:17:40 +0000 - v. 19.3-46.amzn2\n")
                    .time("var/lib/cloud/instances/i-0fedcba9876543210/boot-finished", 4000);
        }));
    }

    /** Clocks that were set. */
    private static Stream<Arguments> clocks() {
        return Stream.of(
                kind(
                        "by a second, backwards, at the end",
                        STALE,
                        on -> raced(on).jvm(2210, 30, JDK8_AMAZON, GONE, APP).clockSet(-1)),
                kind(
                        "by a day, forwards, at the end",
                        STALE,
                        on -> raced(on).jvm(2210, 30, JDK8_AMAZON, GONE, APP).clockSet(86_400)),
                kind(
                        "by ten hours, backwards, at the end, all well",
                        Set.of(LUCKY_RACE, INCONCLUSIVE),
                        on -> running(raced(on)).clockSet(-36_000)));
    }

    /** The agent in further forms. */
    private static Stream<Arguments> agents() {
        return Stream.concat(
                Stream.of(
                                "---\n:root_dir:\t/data/cd\n",
                                "---\n:root_dir: /data/cd/ # moved\n",
                                ":log_dir: '/var/log'\n:root_dir: \"/data/cd\"\n:pid_dir: ''\n",
                                "---\n:root_dir: /old\n---\n:root_dir: /data/cd\n",
                                "---\n:root_dir: |\n  /data/cd\n",
                                "---\n:root_dir: !!str /data/cd\n",
                                "{\":root_dir\": \"/data/cd\", \":verbose\": false}\n",
                                "--- {:verbose: false, :root_dir: /data/cd}\n",
                                "---\n:root_dir: /data/../data/cd\n",
                                "---\n\":root\\u005fdir\": /data/cd\n")
                        .map(text -> kind(
                                "configuration " + text.replaceAll("\\s", "_"),
                                Set.of(STALE_JDK, INCONCLUSIVE),
                                on -> jdk8Upgraded(al2(on), 45)
                                        .deploymentRoot("data/cd")
                                        .write("etc/codedeploy-agent/conf/codedeployagent.yml", text)
                                        .deployed(GROUP, D1, 20)
                                        .jvm(2210, 30, JDK8_AMAZON, GONE, APP))),
                Stream.of(
                        kind(
                                "agent 2, its numbered deployment came back",
                                Set.of(HEALTHY, LUCKY_RACE),
                                on -> jdk8Upgraded(al2023(on), 45)
                                        .agent2()
                                        .deployed(GROUP, D1, 20)
                                        .deployed(GROUP, "local-2210", 200)
                                        .jvm(2410, 210, NEW_JRE, CURRENT, APP)),
                        kind(
                                "a key that only ends in root_dir",
                                STALE,
                                on -> raced(on)
                                        .write(
                                                "etc/codedeploy-agent/conf/codedeployagent.yml",
                                                "---\n:my_root_dir: /data/cd\n")
                                        .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                        kind(
                                "Debian's JDK, replaced in place, agent after it",
                                Set.of(STALE_JDK, STALE_BYSTANDER),
                                on -> ubuntu(on, "24.04")
                                        .deb("openjdk-17-jre-headless", "17.0.13+11-2ubuntu1", 65)
                                        .deployed(GROUP, D1, 60)
                                        .jvm(2210, 62, DEBIAN_17, REPLACED, APP))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isJudgedRight(String name, Set<VerdictName> truth, BuiltScenarios.Builder builder, @TempDir Path directory)
            throws Exception {
        var instance = new BuiltInstance(directory);
        builder.build(instance);

        var seen = ScenarioJudge.of(instance.environment(), ScenarioJudge.NOTHING_ELSE, directory, instance.year());

        assertTrue(truth.contains(seen.verdict()), name + ": " + seen.verdict() + ", " + seen.reason());
    }

    private static Arguments kind(String name, Set<VerdictName> truth, BuiltScenarios.Builder builder) {
        return Arguments.of(name, truth, builder);
    }

    private static BuiltInstance raced(BuiltInstance on) throws IOException {
        return jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20);
    }

    /** The application has a JVM on the JDK that is installed. */
    private static BuiltInstance running(BuiltInstance on) throws IOException {
        return on.jvm(2210, 60, NEW_JRE, CURRENT, APP);
    }

    private static String present() {
        return "/" + NEW_JRE + "/bin/java";
    }

    private static String exec(String java, String code, int status) {
        return "ExecStart={ path=" + java + " ; argv[]=" + java + " -jar /opt/app/app.jar ; ignore_errors=no ; code="
                + code + " ; status=" + status + " }\n";
    }

    /** The deployment's unit is down, and nothing else of it runs. */
    private static Arguments unit(
            String name,
            Set<VerdictName> truth,
            String active,
            String sub,
            String result,
            String properties,
            String java) {
        return kind("unit " + name, truth, on -> {
            raced(on)
                    .archive(GROUP, D1, "systemctl restart app # java")
                    .installed(GROUP, "/etc/systemd/system/app.service", "/opt/app/app.jar")
                    .shown(
                            "app",
                            "Type=simple\nLoadState=loaded\nActiveState=" + active + "\nSubState=" + sub + "\nResult="
                                    + result + "\n" + properties + "FragmentPath=/etc/systemd/system/app.service\n"
                                    + exec(java, "exited", 0));
            if (java.equals(present())) {
                on.write(NEW_JRE + "/bin/java", "");
            } else {
                on.write("usr/lib/jvm/.keep", "");
            }
        });
    }
}
