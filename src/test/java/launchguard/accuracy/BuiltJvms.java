package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.map;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.CORRETTO;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.D2;
import static launchguard.accuracy.BuiltScenarios.DEBIAN_17;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK17_RHEL;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.JDK8_UPGRADED;
import static launchguard.accuracy.BuiltScenarios.built;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2023;
import static launchguard.accuracy.BuiltScenarios.ubuntu;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.util.List;

/** JVMs of every kind, and programs that are none. */
final class BuiltJvms {
    private BuiltJvms() {}

    static List<Scenario> all() {
        return List.of(
                built(
                        "two-jvms-one-stale",
                        "Amazon Linux 2",
                        "the deployment's second JVM started after the upgrade",
                        STALE_JDK,
                        on -> racedOnAl2(on)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .jvm(2310, 60, JDK8_UPGRADED, CURRENT, "worker.service")),
                built(
                        "two-jdks",
                        "Amazon Linux 2",
                        "JDK 8 upgraded, the application runs on 17",
                        LUCKY_RACE,
                        on -> racedOnAl2(on).jvm(2210, 30, CORRETTO, CURRENT, APP)),
                built(
                        "bystander",
                        "Amazon Linux 2",
                        "a log shipper in Java, started by the boot, is stale; the application is not",
                        STALE_BYSTANDER,
                        on -> racedOnAl2(on)
                                .jvm(900, 9, JDK8_AMAZON, GONE, "shipper.service")
                                .jvm(2210, 50, JDK8_UPGRADED, CURRENT, APP)),
                built(
                        "container",
                        "Amazon Linux 2",
                        "a JVM in a container: its files are in no place of the host",
                        LUCKY_RACE,
                        on -> racedOnAl2(on)
                                .archive(GROUP, D1, "docker start app")
                                .process(
                                        2210,
                                        30,
                                        "/opt/java/openjdk/bin/java",
                                        map("/opt/java/openjdk/lib/server/libjvm.so"),
                                        "docker-0a1b2c3d4e5f.scope")),
                built(
                        "container-stale",
                        "Amazon Linux 2",
                        "a container's JDK changed inside of it: not the host's upgrade",
                        LUCKY_RACE,
                        on -> racedOnAl2(on)
                                .archive(GROUP, D1, "docker start app")
                                .process(
                                        2210,
                                        30,
                                        "/opt/java/openjdk/bin/java (deleted)",
                                        map("/opt/java/openjdk/lib/server/libjvm.so (deleted)"),
                                        "docker-0a1b2c3d4e5f.scope")),
                built(
                        "jlink",
                        "Amazon Linux 2",
                        "a private runtime below the application; the system's JDK was replaced",
                        LUCKY_RACE,
                        on -> racedOnAl2(on).jvm(2210, 30, "opt/app/runtime", CURRENT, APP)),
                built(
                        "alternatives",
                        "RHEL 9",
                        "started by /usr/bin/java, which leads to the new JDK by now",
                        STALE_JDK,
                        on -> on.os("rhel", "9.4")
                                .cloudInit("24.4", 70)
                                .deployed(GROUP, D1, 20)
                                .rpm("java-17-openjdk-headless", "17.0.12.0.7", "2.el9", 45)
                                .jvm(2210, 30, JDK17_RHEL, GONE, APP)
                                .write("usr/lib/jvm/java-17-openjdk-17.0.12.0.7-2.el9.x86_64/bin/java", "")
                                .link("usr/bin/java", "../lib/jvm/java-17-openjdk-17.0.12.0.7-2.el9.x86_64/bin/java")
                                .write("proc/2210/cmdline", "/usr/bin/java\0-jar\0app.jar\0")),
                built(
                        "tomcat",
                        "Ubuntu 22.04",
                        "Tomcat by jsvc under a user of its own",
                        STALE_JDK,
                        on -> ubuntu(on, "22.04")
                                .deployed(GROUP, D1, 20)
                                .deb("openjdk-17-jre-headless", "17.0.12+7-1ubuntu2~22.04", 45)
                                .process(
                                        2210,
                                        30,
                                        "/usr/bin/jsvc",
                                        map("/" + DEBIAN_17 + "/lib/server/libjvm.so (deleted)"),
                                        "tomcat9.service")
                                .write(DEBIAN_17 + "/lib/server/libjvm.so", "")
                                .write("proc/2210/status", "Name:\tjsvc\nUid:\t991\t991\t991\t991\nNSpid:\t2210\n")),
                built(
                        "native-image",
                        "Amazon Linux 2",
                        "GraalVM native image: no JVM at all",
                        LUCKY_RACE,
                        on -> racedOnAl2(on)
                                .archive(GROUP, D1, "systemctl start app")
                                .process(2210, 30, "/opt/app/service", map("/opt/app/service"), APP)),
                built(
                        "no-java",
                        "Amazon Linux 2",
                        "nginx deployed; the upgrade brought a JDK that nobody runs",
                        LUCKY_RACE,
                        on -> racedOnAl2(on)
                                .archive(GROUP, D1, "systemctl start nginx")
                                .process(2210, 30, "/usr/sbin/nginx", map("/usr/sbin/nginx"), "nginx.service")),
                built(
                        "starting-while-renamed",
                        "Amazon Linux 2023",
                        "mapped under the name that rpm writes first",
                        STALE_JDK,
                        on -> racedOnAl2023(on)
                                .process(
                                        2210,
                                        44.5,
                                        "/" + CORRETTO + "/bin/java;5f00aa11 (deleted)",
                                        map("/" + CORRETTO + "/lib/server/libjvm.so;5f00aa11 (deleted)"),
                                        APP)
                                .write(CORRETTO + "/lib/server/libjvm.so", "")),
                built(
                        "left-over",
                        "Amazon Linux 2",
                        "a redeployment started a new JVM and left the stale one running",
                        STALE_JDK,
                        on -> racedOnAl2(on)
                                .deployed(GROUP, D2, 100)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, "old.scope")
                                .jvm(2310, 110, JDK8_UPGRADED, CURRENT, APP)));
    }
}
