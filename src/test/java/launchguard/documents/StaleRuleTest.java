package launchguard.documents;

import static launchguard.documents.RepairedInstance.GROUP;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the repair scripts take for a stale JVM: files of the JDK itself, and a JDK folder that is no longer there. */
@Tag("verify")
class StaleRuleTest {
    private static final String HOME = "/usr/lib/jvm/java-17-openjdk";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    record Case(String why, boolean stale, Consumer<RepairedInstance> given) {
        @Override
        public String toString() {
            return why;
        }
    }

    /** Process 184 runs exe and has these files mapped besides its own sound libjvm. */
    private static Consumer<RepairedInstance> jvm(String exe, String libjvm, String... mapped) {
        return instance -> {
            instance.delete("proc/184/exe");
            instance.write("proc/184/exe", exe);
            StringBuilder maps = new StringBuilder(line(libjvm));
            Stream.of(mapped).map(StaleRuleTest::line).forEach(maps::append);
            instance.write("proc/184/maps", maps.toString());
            instance.write("proc/184/cmdline", "java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
        };
    }

    private static String line(String path) {
        return "7f9d00000000-7f9e00000000 r-xp 00000000 fe:00 4711                       " + path + "\n";
    }

    private static Consumer<RepairedInstance> with(String... mapped) {
        return jvm(HOME + "/bin/java", HOME + "/lib/server/libjvm.so", mapped);
    }

    private static Case sound(String why, Consumer<RepairedInstance> given) {
        return new Case("sound: " + why, false, given);
    }

    private static Case stale(String why, Consumer<RepairedInstance> given) {
        return new Case("stale: " + why, true, given);
    }

    private static Consumer<RepairedInstance> performanceData(String home) {
        return instance -> instance.write(
                "tmp/hsperfdata_app/184",
                "\u0001java.property.java.home\0\0\0" + home + "\0\0java.property.java.version\0\u0001");
    }

    static List<Case> cases() {
        String jre = "/usr/lib/jvm/java-1.8.0-openjdk/jre";
        return List.of(
                sound("nothing deleted", with()),
                sound("class data archive dumped anew", with(HOME + "/lib/server/classes.jsa (deleted)")),
                sound("another archive of shared classes", with(HOME + "/lib/server/classes_nocoops.jsa (deleted)")),
                sound("jsvc replaced", jvm("/usr/bin/jsvc (deleted)", HOME + "/lib/server/libjvm.so")),
                sound("python replaced", jvm("/usr/bin/python3.11 (deleted)", HOME + "/lib/server/libjvm.so")),
                sound(
                        "the application's own file in its jlink image",
                        jvm(
                                "/opt/rest-api/runtime/bin/java",
                                "/opt/rest-api/runtime/lib/server/libjvm.so",
                                "/opt/rest-api/runtime/app/rest-api.jar (deleted)",
                                "/opt/rest-api/runtime/lib/rest-api.jar (deleted)",
                                "/opt/rest-api/runtime/data/index.bin (deleted)")),
                sound(
                        "what libraries unpack",
                        with(
                                "/tmp/libnetty_tcnative.so (deleted)",
                                "/memfd:java_heap (deleted)",
                                "/dev/zero (deleted)")),
                sound("an application's jar", with("/opt/rest-api/app.jar (deleted)")),
                sound("another JDK's file", with("/usr/lib/jvm/java-21-openjdk/lib/modules (deleted)")),
                sound("no folder of the JDK in the root", performanceData(HOME).andThen(with())),
                stale("modules", with(HOME + "/lib/modules (deleted)")),
                stale("libnio", with(HOME + "/lib/libnio.so (deleted)")),
                stale("libjvm", jvm(HOME + "/bin/java", HOME + "/lib/server/libjvm.so (deleted)")),
                stale(
                        "libjvm as rpm renames it",
                        jvm(HOME + "/bin/java", HOME + "/lib/server/libjvm.so;5f00aa11 (deleted)")),
                stale("its launcher", jvm(HOME + "/bin/java (deleted)", HOME + "/lib/server/libjvm.so")),
                stale("its launcher, and libjvm is not mapped yet", instance -> {
                    jvm(HOME + "/bin/java (deleted)", "/usr/lib/libc.so.6").accept(instance);
                }),
                stale(
                        "under jsvc",
                        jvm("/usr/bin/jsvc", HOME + "/lib/server/libjvm.so", HOME + "/lib/modules (deleted)")),
                stale(
                        "rt.jar of a JDK 8",
                        jvm(jre + "/bin/java", jre + "/lib/amd64/server/libjvm.so", jre + "/lib/rt.jar (deleted)")),
                stale("a library of NFS", with(HOME + "/lib/.nfs000000000012d68700000001")),
                stale("libjvm of NFS", jvm(HOME + "/bin/java", HOME + "/lib/server/.nfs000000000012d68700000001")),
                stale(
                        "its launcher of NFS",
                        jvm(HOME + "/bin/.nfs0000000000a1b2c300000002", HOME + "/lib/server/libjvm.so")),
                stale(
                        "folder renamed, by what the JVM itself knows",
                        jvm(HOME + ".old/bin/java", HOME + ".old/lib/server/libjvm.so")
                                .andThen(performanceData(HOME))),
                stale(
                        "folder renamed, by what the JVM itself knows, in a /tmp of its own",
                        jvm(HOME + ".old/bin/java", HOME + ".old/lib/server/libjvm.so")
                                .andThen(instance -> instance.write(
                                        "tmp/systemd-private-0a1b-app.service-xY9/tmp/hsperfdata_app/184",
                                        "\u0001java.property.java.home\0\0\0" + HOME
                                                + "\0\0java.property.java.version\0\u0001"))),
                stale("folder renamed, nothing in its place, by the command line", instance -> {
                    jvm(HOME + ".old/bin/java", HOME + ".old/lib/server/libjvm.so")
                            .accept(instance);
                    instance.write(HOME.substring(1) + ".old/lib/server/libjvm.so", "");
                    instance.write("proc/184/cmdline", HOME + "/bin/java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
                }),
                stale("unmounted: only the part below the mount is left of its path", instance -> {
                    jvm("/bin/java", "/lib/server/libjvm.so").accept(instance);
                    instance.write("proc/184/cmdline", "/mnt/jdk/bin/java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
                }),
                sound("a link that was removed, by the command line", instance -> {
                    jvm(HOME + "/bin/java", HOME + "/lib/server/libjvm.so").accept(instance);
                    instance.write(HOME.substring(1) + "/lib/server/libjvm.so", "");
                    instance.write(
                            "proc/184/cmdline", "/usr/lib/jvm/default/bin/java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
                }),
                stale("folder renamed, another in its place, by the command line", instance -> {
                    jvm(HOME + ".old/bin/java", HOME + ".old/lib/server/libjvm.so")
                            .accept(instance);
                    instance.write(HOME.substring(1) + "/bin/java", "");
                    instance.write(HOME.substring(1) + "/lib/modules", "");
                    instance.write("proc/184/cmdline", HOME + "/bin/java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
                }),
                sound("/usr/bin/java is a link, and the JVM keeps no performance data", instance -> {
                    jvm(HOME + "/bin/java", HOME + "/lib/server/libjvm.so").accept(instance);
                    instance.write(HOME.substring(1) + "/bin/java", "");
                    instance.link("usr/bin/java", "/etc/alternatives/java");
                    instance.write("usr/lib/modules/6.1/vmlinuz", "");
                    instance.write("proc/184/cmdline", "/usr/bin/java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
                }),
                sound("a link switched elsewhere, by the command line", instance -> {
                    jvm(HOME + "/bin/java", HOME + "/lib/server/libjvm.so").accept(instance);
                    instance.write(HOME.substring(1) + "/bin/java", "");
                    instance.write("usr/lib/jvm/java-21-openjdk/bin/java", "");
                    instance.link("usr/lib/jvm/default", "java-21-openjdk");
                    instance.write(
                            "proc/184/cmdline", "/usr/lib/jvm/default/bin/java\0-cp\0/opt/rest-api/app.jar\0Victim\0");
                }));
    }

    static Stream<Arguments> casesByShell() {
        return RepairShells.here().flatMap(shell -> cases().stream().map(given -> Arguments.of(given, shell)));
    }

    @Tag("thorough")
    @ParameterizedTest(name = "{0} under {1}")
    @MethodSource("casesByShell")
    void isSeenByRestart(Case given, String shell) {
        RepairedInstance instance = prepared(given);
        judges(given, instance, instance.run(shell, "restart.sh", "184", "1075"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isSeenByRedeploy(Case given) {
        RepairedInstance instance = prepared(given);
        judges(
                given,
                instance,
                instance.run("sh", "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", "184:1075", "stale"));
    }

    private RepairedInstance prepared(Case given) {
        RepairedInstance instance = RepairedInstance.of("rpm-dnf-race-jdk8-status-error", folder);
        given.given().accept(instance);
        // Past "nothing to do" the next guard stops both.
        instance.write(RepairedInstance.DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02", "mark");
        instance.age(RepairedInstance.DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02", instance.now());
        return instance;
    }

    private static void judges(Case given, RepairedInstance instance, Ended ended) {
        assertAll(
                () -> assertEquals(given.stale() ? 12 : 0, ended.code(), ended.output()),
                () -> assertEquals(List.of(), instance.changes()));
    }
}
