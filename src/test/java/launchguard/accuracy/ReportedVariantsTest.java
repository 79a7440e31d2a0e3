package launchguard.accuracy;

import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.al2;
import static launchguard.accuracy.BuiltScenarios.al2023;
import static launchguard.accuracy.BuiltScenarios.jdk8Upgraded;
import static launchguard.accuracy.BuiltScenarios.ubuntu;
import static launchguard.verdict.VerdictName.DEPLOYMENT_FAILED;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static launchguard.verdict.VerdictName.STILL_BOOTING;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.verdict.Question;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Variants of the faults in public reports. Most were judged wrong when they were written. */
@Tag("verify")
class ReportedVariantsTest {
    private static final Set<VerdictName> LOST_OR_DOUBTFUL = Set.of(JDK_REPLACED, INCONCLUSIVE);
    private static final Set<VerdictName> STALE_OR_DOUBTFUL = Set.of(STALE_JDK, INCONCLUSIVE);
    private static final String OLD_JAVA = "/" + JDK8_AMAZON + "/bin/java";

    static Stream<Arguments> kinds() {
        return Stream.of(
                        hooks(),
                        units(),
                        removals(),
                        firstInstallations(),
                        vendors(),
                        managers(),
                        agentRoots(),
                        renamed())
                .flatMap(kind -> kind);
    }

    /** Nothing runs, and what the archive starts is java, in whatever language its hooks are written. */
    private static Stream<Arguments> hooks() {
        return Stream.of(
                nothingRuns("hook in Python", "scripts/start.py", "subprocess.Popen(['java', '-cp', 'x', 'Main'])"),
                nothingRuns("hook in Ruby", "scripts/start.rb", "spawn('java -cp x Main')"),
                nothingRuns("hook for Node.js", "scripts/start.js", "require('child_process').spawn('java', ['Main'])"),
                nothingRuns("hook five folders down", "a/b/c/d/e/start.sh", "nohup java -cp x Main &"),
                nothingRuns(
                        "wrapper's XML",
                        "start.sh",
                        "/opt/w/bin/wrapper start",
                        "w.xml",
                        "<executable>java</executable>"),
                nothingRuns("pm2", "start.sh", "pm2 start", "ecosystem.config.cjs", "script: '" + OLD_JAVA + "'"),
                nothingRuns(
                        "supervisord", "start.sh", "supervisorctl update", "s.ini", "command=" + OLD_JAVA + " -jar x"),
                nothingRuns(
                        "jar in a zip", "start.sh", "unzip app.zip", "app.zip", "PK\u0003\u0004lib/app-1.jar\u00ff"),
                nothingRuns("packed archive", "start.sh", "tar xzf app.tgz", "app.tgz", "\u001f\u008b\u0008"),
                kind(
                        "Node.js with packed assets",
                        Set.of(LUCKY_RACE),
                        on -> raced(on)
                                .write(archive("appspec.yml"), hook("start.sh"))
                                .write(archive("start.sh"), "pm2 start ecosystem.config.js")
                                .write(archive("ecosystem.config.js"), "script: 'server.js'")
                                .write(archive("server.js"), "// javascript")
                                .write(archive("public/app.js.gz"), "\u001f\u008b\u0008")));
    }

    private static Stream<Arguments> units() {
        return Stream.of(
                kind(
                        "ExecCondition beside a healthy neighbour",
                        LOST_OR_DOUBTFUL,
                        on -> neighbour(on, "Result=exec-condition\nConditionResult=yes\n")),
                kind(
                        "assertion beside a healthy neighbour",
                        LOST_OR_DOUBTFUL,
                        on -> neighbour(on, "Result=success\nConditionResult=yes\nAssertResult=no\n")),
                kind(
                        "tarball replaced by another folder",
                        LOST_OR_DOUBTFUL,
                        on -> al2(on).deployed(GROUP, D1, 20)
                                .failedUnit("app", 203, "/opt/jdk-17.0.11/bin/java")
                                .write("opt/jdk-17.0.12/lib/server/libjvm.so", "")
                                .write("opt/jdk-17.0.12/lib/modules", "")
                                .time("opt/jdk-17.0.12/lib/modules", 45)
                                .rpm("system-release", "2", "1", -9e5)));
    }

    /** A JDK that was only taken away stands in no database any more. */
    private static Stream<Arguments> removals() {
        return Stream.of(
                removed(
                        "yum.log",
                        "Nov 22 22:11:45 Erased: 1:java-1.8.0-openjdk-headless-1.8.0.342.b07-1.amzn2.0.1.x86_64"),
                removed(
                        "dnf.rpm.log",
                        "2026-11-22T22:11:45+0000 SUBDEBUG Erase: java-1.8.0-openjdk-headless-1:1.8.0.342.b07-1.x86_64"),
                removed(
                        "dnf.rpm.log",
                        "2026-11-23T07:11:45+0900 SUBDEBUG Erase: java-1.8.0-openjdk-1:1.8.0.342.b07-1.x86_64"),
                removed("zypp/history", "2026-11-22 22:11:45|remove |java-1.8.0-openjdk|1.8.0.342-1|x86_64|root@x|"),
                removed("dnf5.log", dnf5("uninstall", "java-1.8.0-openjdk-headless-1:1.8.0.342.b07-1.x86_64")),
                removed(
                        "dnf5.log",
                        "2026-11-23T07:11:45+0900 [842] INFO RPM callback uninstall start"
                                + " \"java-1.8.0-openjdk-headless-0:1.8.0.342.b07-1.x86_64\" total 171"),
                kind(
                        "removed and purged by dpkg",
                        Set.of(JDK_REPLACED),
                        on -> withLog(
                                ubuntu(on, "22.04")
                                        .deb("bash", "5", -9e5)
                                        .failedUnit("app", 203, "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"),
                                "dpkg.log",
                                "2026-11-22 22:11:45 purge openjdk-17-jre-headless:amd64 17.0.11+9-1 <none>")),
                kind(
                        "removed by pacman",
                        Set.of(JDK_REPLACED),
                        on -> withLog(
                                on.os("arch", "")
                                        .cloudInit("24.1", 70)
                                        .write("var/lib/pacman/local/bash-5/files", "usr/bin/bash\n")
                                        .failedUnit("app", 203, "/usr/lib/jvm/java-17-openjdk/bin/java"),
                                "pacman.log",
                                "[2026-11-22T22:11:45+0000] [ALPM] removed jre17-openjdk-headless (17.0.11.u9-1)")),
                removedAtNewYear("2026-12-31T23:59:10Z", "Dec 31 23:59:55"),
                removedAtNewYear("2026-12-31T15:00:10Z", "Jan  1 00:00:55"),
                kind(
                        "removed before this boot",
                        Set.of(LUCKY_RACE, INCONCLUSIVE),
                        on -> withLog(
                                al2(on).rpm("system-release", "2", "1", -9e5)
                                        .failedUnit("app", 203, "/opt/java/bin/java"),
                                "yum.log",
                                "Nov 20 22:11:45 Erased: java-1.8.0-openjdk-headless-1.8.0.342.b07-1.x86_64")));
    }

    /** By a log without years. */
    private static Arguments removedAtNewYear(String booted, String stamp) {
        return kind(
                "removed in the boot of " + booted + ", by local time " + stamp,
                Set.of(JDK_REPLACED),
                on -> withLog(
                        al2023(on.booted(booted))
                                .rpm("system-release", "2", "1", -9e5)
                                .failedUnit("app", 203, OLD_JAVA),
                        "yum.log",
                        stamp + " Erased: 1:java-1.8.0-openjdk-headless-1.8.0.342.b07-1.amzn2.0.1.x86_64"));
    }

    /** A deployment whose own hook installed the first JDK, and which failed for a reason of its own. */
    private static Stream<Arguments> firstInstallations() {
        Set<VerdictName> own = Set.of(NOT_DEPLOYED, INCONCLUSIVE);
        String installed = "java-1.8.0-openjdk-headless-";
        return Stream.of(
                failing(
                        "yum.log",
                        "Nov 22 22:11:45 Installed: 1:" + installed + "1.8.0.372.b07-1.amzn2.0.1.x86_64",
                        own),
                failing(
                        "dnf.rpm.log",
                        "2026-11-22T22:11:45Z SUBDEBUG Installed: " + installed + "1:1.8.0.372.b07-1.amzn2.0.1.x86_64",
                        own),
                failing("dnf5.log", dnf5("install", installed + "1:1.8.0.372.b07-1.amzn2.0.1.x86_64"), own),
                failing(
                        "dnf5.log",
                        dnf5("install", installed + "1:1.8.0.372.b07-1.amzn2.0.1.x86_64") + "\n"
                                + dnf5("uninstall", installed + "1:1.8.0.342.b07-1.amzn2.0.1.x86_64"),
                        Set.of(DEPLOYMENT_FAILED)),
                failing(
                        "yum.log",
                        "Nov 22 22:11:45 Updated: 1:" + installed + "1.8.0.372.b07-1.amzn2.0.1.x86_64",
                        Set.of(DEPLOYMENT_FAILED)),
                failing(
                        "yum.log",
                        "Nov 22 22:11:40 Erased: 1:" + installed + "1.8.0.342.b07-1.amzn2.0.1.x86_64\n"
                                + "Nov 22 22:11:45 Installed: 1:" + installed + "1.8.0.372.b07-1.amzn2.0.1.x86_64",
                        Set.of(DEPLOYMENT_FAILED)),
                Arguments.of(
                        "failed deployment, dpkg's log rotated since",
                        own,
                        ScenarioJudge.failed(D1, 19, 60),
                        (BuiltScenarios.Builder) on -> withLog(
                                        ubuntu(on, "22.04").deb("openjdk-17-jre-headless", "17.0.11+9-1", 45),
                                        "dpkg.log.1",
                                        "2026-11-22 22:11:45 install openjdk-17-jre-headless:amd64 <none> 17.0.11+9-1")
                                .write("var/log/dpkg.log", "")),
                broughtRuntime("by the revision", "/opt/app/jre/bin/java", "/opt/app/jre/lib/modules"),
                broughtRuntime("by a hook, below the folder that the agent made", "/opt/app", "/opt/app/app.jar"));
    }

    /** A deployment that brings a runtime of its own, and fails for a reason of its own. */
    private static Arguments broughtRuntime(String how, String... installed) {
        return Arguments.of(
                "failed deployment, its runtime brought " + how,
                Set.of(NOT_DEPLOYED),
                ScenarioJudge.failed(D1, 19, 60),
                (BuiltScenarios.Builder) on -> al2(on).rpm("system-release", "2", "1", -9e5)
                        .deployed(GROUP, D1, 20)
                        .installed(GROUP, installed)
                        .write("opt/app/jre/lib/server/libjvm.so", "")
                        .write("opt/app/jre/lib/modules", "")
                        .time("opt/app/jre/lib/modules", 25));
    }

    /** No list has these names: the folder of the java that is gone does. */
    private static Stream<Arguments> vendors() {
        return Stream.of("azul-prime-17", "ojdkbuild-17", "acme-jvm-17", "tencent-kona-17", "trava-hotswap17")
                .map(vendor -> kind(
                        "package " + vendor,
                        Set.of(JDK_REPLACED),
                        on -> al2(on).deployed(GROUP, D1, 20)
                                .rpm(vendor, "17.0.13", "1", 45)
                                .failedUnit("app", 203, "/opt/" + vendor + ".0.12/bin/java")));
    }

    private static Stream<Arguments> managers() {
        return Stream.of("pacman", "apk")
                .map(program -> kind(
                        program + " at work",
                        Set.of(STILL_BOOTING),
                        on -> raced(on)
                                .jvm(2210, 60, JDK8_AMAZON, BuiltInstance.Jdk.CURRENT, APP)
                                .process(900, 590, "/usr/bin/" + program, "", "x.service")
                                .write(
                                        "proc/900/stat",
                                        "900 (" + program
                                                + ") S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 59000 1\n")));
    }

    private static Stream<Arguments> agentRoots() {
        return Stream.of(
                        "\u00ef\u00bb\u00bf:root_dir: /data/cd\n",
                        "---\n:\"root_dir\": /data/cd\n",
                        "---\r:root_dir: /data/cd\r",
                        "---\n:root_dir : /data/cd\n",
                        "---\n:root_dir:\n  /data/cd\n",
                        "---\n:root_dir: >-\n  /data/cd\n",
                        "---\n:root_dir: &a /data/cd\n",
                        "---\n? :root_dir\n: /data/cd\n")
                .map(text -> kind(
                        "configuration " + text.replaceAll("\\s", "_"),
                        STALE_OR_DOUBTFUL,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deploymentRoot("data/cd")
                                .write("etc/codedeploy-agent/conf/codedeployagent.yml", text)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, BuiltInstance.Jdk.GONE, APP)));
    }

    /** A JVM that keeps no performance data; only its command line tells where its JDK was. */
    private static Stream<Arguments> renamed() {
        String home = "opt/jdk-17";
        return Stream.of(
                renamed("folder", home, home + ".old", STALE_OR_DOUBTFUL),
                renamed("folder with a date", home, home + "-20261122", STALE_OR_DOUBTFUL),
                renamed("folder to another name", home, "opt/away", STALE_OR_DOUBTFUL),
                renamed("folder above", "opt/app/jdk", "opt/app.old/jdk", STALE_OR_DOUBTFUL),
                renamed("JDK 8", "opt/jdk8/jre", "opt/jdk8.bak/jre", STALE_OR_DOUBTFUL),
                renamed("unmounted", "mnt/jdk", "", STALE_OR_DOUBTFUL),
                renamed("link that was removed", "opt/java", "opt/jdk-17.0.12", Set.of(LUCKY_RACE, INCONCLUSIVE)),
                kind(
                        "renamed, with its performance data in the service's own /tmp",
                        Set.of(STALE_JDK),
                        on -> mappedBelow(raced(on), "usr/bin", "opt/jdk-17.old")
                                .write(
                                        "tmp/systemd-private-1f-app.service-Zx/tmp/hsperfdata_app/2210",
                                        "\u0001java.property.java.home\0\0/opt/jdk-17\0java.property.java.version\0"
                                                + "17.0.12\0")));
    }

    private static Arguments renamed(String name, String home, String now, Set<VerdictName> truth) {
        return kind("renamed without performance data: " + name, truth, on -> mappedBelow(raced(on), home, now));
    }

    private static BuiltInstance mappedBelow(BuiltInstance on, String home, String now) throws IOException {
        String below = now.isEmpty() ? "" : "/" + now;
        String library = below + (now.endsWith("/jre") ? "/lib/amd64/server/libjvm.so" : "/lib/server/libjvm.so");
        if (!now.isEmpty()) {
            on.write(now + "/bin/java", "").write(library.substring(1), "");
        }
        return on.process(
                        2210,
                        30,
                        below + "/bin/java",
                        "7f0000000000-7f0000100000 r-xp 00000000 08:01 77 " + library + "\n",
                        APP)
                .write("proc/2210/cmdline", "/" + home.replaceAll("/jre$", "") + "/bin/java\0-jar\0/opt/app/app.jar\0");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isJudgedRight(
            String name,
            Set<VerdictName> truth,
            Question question,
            BuiltScenarios.Builder builder,
            @TempDir Path directory)
            throws Exception {
        var instance = new BuiltInstance(directory);
        builder.build(instance);

        var seen = ScenarioJudge.of(instance.environment(), question, directory, instance.year());

        assertTrue(truth.contains(seen.verdict()), name + ": " + seen.verdict() + ", " + seen.reason());
    }

    private static Arguments kind(String name, Set<VerdictName> truth, BuiltScenarios.Builder builder) {
        return Arguments.of(name, truth, ScenarioJudge.NOTHING_ELSE, builder);
    }

    private static BuiltInstance raced(BuiltInstance on) throws IOException {
        return jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20);
    }

    private static String archive(String file) {
        return BuiltInstance.DEPLOYMENT_ROOT + "/" + GROUP + "/" + D1 + "/deployment-archive/" + file;
    }

    private static String hook(String location) {
        return "hooks:\n  ApplicationStart:\n    - location: " + location + "\n      timeout: 60\n";
    }

    private static Arguments nothingRuns(String name, String hook, String command, String... more) {
        return kind(name, LOST_OR_DOUBTFUL, on -> {
            raced(on).write(archive("appspec.yml"), hook(hook)).write(archive(hook), command + "\n");
            for (int i = 0; i < more.length; i += 2) {
                on.write(archive(more[i]), more[i + 1] + "\n");
            }
        });
    }

    /** Two units of the group: one has a JVM on the new JDK, the other was kept from starting after the upgrade. */
    private static void neighbour(BuiltInstance on, String result) throws IOException {
        raced(on)
                .archive(GROUP, D1, "systemctl start app billing # java")
                .installed(GROUP, "/etc/systemd/system/app.service", "/etc/systemd/system/billing.service")
                .jvm(
                        2210,
                        50,
                        "usr/lib/jvm/java-1.8.0-openjdk-1.8.0.372.b07-1.amzn2.0.1.x86_64/jre",
                        BuiltInstance.Jdk.CURRENT,
                        "billing.service")
                .shown(
                        "app",
                        "Type=simple\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n" + result
                                + "ExecMainCode=1\nExecMainStatus=143\nExecMainStartTimestampMonotonic=25000000\n"
                                + "ExecMainExitTimestampMonotonic=60000000\nFragmentPath=/etc/systemd/system/app.service\n"
                                + "ExecStart={ path=" + OLD_JAVA + " ; argv[]=" + OLD_JAVA
                                + " -jar x ; ignore_errors=no ; code=exited ; status=143 }\n");
    }

    private static Arguments removed(String log, String line) {
        return kind(
                line,
                Set.of(JDK_REPLACED),
                on -> withLog(
                        al2023(on).rpm("system-release", "2", "1", -9e5).failedUnit("app", 203, OLD_JAVA), log, line));
    }

    private static BuiltInstance withLog(BuiltInstance on, String log, String lines) throws IOException {
        return on.deployed(GROUP, D1, 20)
                .write("usr/lib/jvm/.keep", "")
                .write("var/log/" + log, lines + "\n")
                .time("var/log/" + log, 45);
    }

    /** How libdnf5 logs the callbacks of rpm: it installs the new build first, and says of neither that it is an upgrade. */
    private static String dnf5(String what, String build) {
        return "2026-11-22T22:11:45+0000 [842] INFO RPM callback " + what + " start \"" + build + "\" total 171";
    }

    private static Arguments failing(String log, String lines, Set<VerdictName> truth) {
        return Arguments.of(
                "failed deployment, " + lines, truth, ScenarioJudge.failed(D1, 19, 60), (BuiltScenarios.Builder)
                        on -> withLog(jdk8Upgraded(al2(on), 45), log, lines));
    }
}
