package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.DEPLOYMENT_ROOT;
import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltInstance.map;
import static launchguard.verdict.VerdictName.BOOT_STUCK;
import static launchguard.verdict.VerdictName.DEPLOYMENT_FAILED;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static launchguard.verdict.VerdictName.STILL_BOOTING;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Source;
import launchguard.verdict.Question;
import launchguard.verdict.VerdictName;

/** Launches on every supported system, and every trap that is known; cloud-init ends at 70 s unless said otherwise. */
final class Built {
    private static final String JDK8_AMAZON = "usr/lib/jvm/java-1.8.0-openjdk-1.8.0.342.b07-1.amzn2.0.1.x86_64/jre";
    private static final String JDK17_RHEL = "usr/lib/jvm/java-17-openjdk-17.0.2.0.8-13.el9.x86_64";
    private static final String CORRETTO = "usr/lib/jvm/java-17-amazon-corretto.x86_64";
    private static final String DEBIAN_17 = "usr/lib/jvm/java-17-openjdk-amd64";
    private static final String GROUP = "3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01";
    private static final String OTHER = "77aa9a52-5c3d-4d53-9c1e-7f0b6f3f1a02";
    private static final String D1 = "d-BUILT0001";
    private static final String D2 = "d-BUILT0002";
    private static final String APP = "app.service";

    private Built() {}

    @FunctionalInterface
    private interface Builder {
        void build(BuiltInstance on) throws IOException;
    }

    static Stream<Scenario> all() {
        return Stream.of(systems(), agents(), clocks(), jvms(), groups(), boots(), failures(), unknowable())
                .flatMap(List::stream);
    }

    private static Scenario built(String name, String system, String about, VerdictName truth, Builder builder) {
        return built(name, system, about, truth, Judge.NOTHING_ELSE, builder);
    }

    private static Scenario built(
            String name, String system, String about, VerdictName truth, Question question, Builder builder) {
        return new Scenario(name, Source.BUILT, system, about, Set.of(truth), List.of(), directory -> {
            var instance = new BuiltInstance(directory);
            builder.build(instance);
            return Judge.of(instance.environment(), question, directory, instance.year());
        });
    }

    private static BuiltInstance al2(BuiltInstance on) throws IOException {
        return on.os("amzn", "2").cloudInitBySyslog(70);
    }

    private static BuiltInstance al2023(BuiltInstance on) throws IOException {
        return on.os("amzn", "2023").cloudInit("22.2.2", 70);
    }

    private static BuiltInstance ubuntu(BuiltInstance on, String release) throws IOException {
        return on.os("ubuntu", release).cloudInit("24.4-0ubuntu1", 70);
    }

    private static BuiltInstance jdk8Upgraded(BuiltInstance on, double at) {
        return on.rpm("java-1.8.0-openjdk-headless", "1.8.0.372.b07", "1.amzn2.0.1", at);
    }

    private static BuiltInstance correttoUpgraded(BuiltInstance on, double at) {
        return on.rpm("java-17-amazon-corretto-headless", "17.0.12+7", "1.amzn2023.1", at);
    }

    private static List<Scenario> systems() {
        return List.of(
                built(
                        "al1-race",
                        "Amazon Linux 1",
                        "the agent's number is the lower one; local stamps, JST",
                        STALE_JDK,
                        on -> jdk8Upgraded(
                                        on.zone(9)
                                                .write("etc/system-release", "Amazon Linux AMI release 2018.03\n")
                                                .cloudInit07(70)
                                                .write("etc/rc.d/rc3.d/S20codedeploy-agent", "")
                                                .write("etc/rc.d/rc3.d/S53cloud-final", ""),
                                        45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "al1-no-race",
                        "Amazon Linux 1",
                        "chkconfig order as shipped: the agent comes last",
                        HEALTHY,
                        on -> jdk8Upgraded(
                                        on.write("etc/system-release", "Amazon Linux AMI release 2018.03\n")
                                                .cloudInit07(70)
                                                .write("etc/rc.d/rc3.d/S98codedeploy-agent", "")
                                                .write("etc/rc.d/rc3.d/S53cloud-final", ""),
                                        45)
                                .deployed(GROUP, D1, 80)
                                .jvm(2210, 90, JDK8_AMAZON, CURRENT, APP)),
                built(
                        "al2-race",
                        "Amazon Linux 2",
                        "raced; JDK 8's versioned directory gone",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20).jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "al2-race-rpmsave",
                        "Amazon Linux 2",
                        "the old directory lives on with .rpmsave files",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .write(JDK8_AMAZON + "/lib/security/java.security.rpmsave", "")),
                built(
                        "al2-race-jst",
                        "Amazon Linux 2",
                        "log of syslog: no year, Japan's time, as is the agent's",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on.zone(9)), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "al2-upgraded-before",
                        "Amazon Linux 2",
                        "raced user data only: the upgrade was over before the start",
                        LUCKY_RACE,
                        on -> jdk8Upgraded(al2(on), 18)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON.replace("342", "372"), CURRENT, APP)),
                built(
                        "al2-no-race",
                        "Amazon Linux 2",
                        "the agent waits",
                        HEALTHY,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 75)
                                .jvm(2210, 80, JDK8_AMAZON.replace("342", "372"), CURRENT, APP)),
                built(
                        "al2-corretto-race",
                        "Amazon Linux 2",
                        "raced; Corretto replaced in place",
                        STALE_JDK,
                        on -> correttoUpgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, REPLACED, APP)),
                built(
                        "al2023-race",
                        "Amazon Linux 2023",
                        "package_upgrade in user data; Corretto replaced in place",
                        STALE_JDK,
                        on -> correttoUpgraded(al2023(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, REPLACED, APP)),
                built(
                        "al2023-default",
                        "Amazon Linux 2023",
                        "raced; no updates at first boot, as shipped",
                        LUCKY_RACE,
                        on -> correttoUpgraded(al2023(on), -9e6)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, CURRENT, APP)),
                built(
                        "al2023-no-race",
                        "Amazon Linux 2023",
                        "the agent waits",
                        HEALTHY,
                        on -> correttoUpgraded(al2023(on), 45)
                                .deployed(GROUP, D1, 75)
                                .jvm(2210, 80, CORRETTO, CURRENT, APP)),
                built(
                        "ubuntu2004-race",
                        "Ubuntu 20.04",
                        "apt replaced JDK 11 in place",
                        STALE_JDK,
                        on -> ubuntu(on, "20.04")
                                .deployed(GROUP, D1, 20)
                                .deb("openjdk-11-jre-headless", "11.0.24+8-1ubuntu3~20.04", 45)
                                .jvm(2210, 30, "usr/lib/jvm/java-11-openjdk-amd64", REPLACED, APP)),
                built(
                        "ubuntu2204-race",
                        "Ubuntu 22.04",
                        "apt replaced JDK 17 in place",
                        STALE_JDK,
                        on -> ubuntu(on, "22.04")
                                .deployed(GROUP, D1, 20)
                                .deb("openjdk-17-jre-headless", "17.0.12+7-1ubuntu2~22.04", 45)
                                .jvm(2210, 30, DEBIAN_17, REPLACED, APP)),
                built(
                        "ubuntu2404-race",
                        "Ubuntu 24.04",
                        "apt replaced JDK 21 in place; needrestart left it alone",
                        STALE_JDK,
                        on -> ubuntu(on, "24.04")
                                .deployed(GROUP, D1, 20)
                                .deb("openjdk-21-jre-headless", "21.0.4+7-1ubuntu2~24.04", 45)
                                .jvm(2210, 30, "usr/lib/jvm/java-21-openjdk-amd64", REPLACED, APP)),
                built(
                        "ubuntu2404-needrestart",
                        "Ubuntu 24.04",
                        "raced; needrestart restarted the service by itself",
                        LUCKY_RACE,
                        on -> ubuntu(on, "24.04")
                                .deployed(GROUP, D1, 20)
                                .deb("openjdk-21-jre-headless", "21.0.4+7-1ubuntu2~24.04", 45)
                                .jvm(2210, 52, "usr/lib/jvm/java-21-openjdk-amd64", CURRENT, APP)),
                built(
                        "ubuntu2404-unattended",
                        "Ubuntu 24.04",
                        "no race; unattended-upgrades replaced the JDK an hour later",
                        STALE_JDK,
                        on -> ubuntu(on, "24.04")
                                .uptime(4000)
                                .deployed(GROUP, D1, 75)
                                .deb("openjdk-21-jre-headless", "21.0.4+7-1ubuntu2~24.04", 3700)
                                .jvm(2210, 80, "usr/lib/jvm/java-21-openjdk-amd64", REPLACED, APP)),
                built(
                        "rhel8-race",
                        "RHEL 8",
                        "versioned directory of JDK 11 gone",
                        STALE_JDK,
                        on -> on.os("rhel", "8.10")
                                .cloudInit("23.4", 70)
                                .deployed(GROUP, D1, 20)
                                .rpm("java-11-openjdk-headless", "11.0.24.0.8", "3.el8", 45)
                                .jvm(2210, 30, "usr/lib/jvm/java-11-openjdk-11.0.20.0.8-3.el8.x86_64", GONE, APP)),
                built(
                        "alma9-race",
                        "AlmaLinux 9",
                        "versioned directory of JDK 17 gone",
                        STALE_JDK,
                        on -> on.os("almalinux", "9.4")
                                .cloudInit("24.4", 70)
                                .deployed(GROUP, D1, 20)
                                .rpm("java-17-openjdk-headless", "17.0.12.0.7", "2.el9", 45)
                                .jvm(2210, 30, JDK17_RHEL, GONE, APP)),
                built(
                        "rhel9-no-race",
                        "RHEL 9",
                        "no race",
                        HEALTHY,
                        on -> on.os("rhel", "9.4")
                                .cloudInit("24.4", 70)
                                .deployed(GROUP, D1, 72)
                                .rpm("java-17-openjdk-headless", "17.0.2.0.8", "13.el9", 45)
                                .jvm(2210, 80, JDK17_RHEL, CURRENT, APP)));
    }

    private static List<Scenario> agents() {
        return List.of(
                built(
                        "agent2-race",
                        "Amazon Linux 2023",
                        "agent 2.x: no deployment id in its log, outer stamps of the end",
                        STALE_JDK,
                        on -> correttoUpgraded(al2023(on.agent2()), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, REPLACED, APP)),
                built(
                        "agent2-no-race",
                        "Amazon Linux 2023",
                        "agent 2.x after cloud-init",
                        HEALTHY,
                        on -> correttoUpgraded(al2023(on.agent2()), 45)
                                .deployed(GROUP, D1, 75)
                                .jvm(2210, 80, CORRETTO, CURRENT, APP)),
                built(
                        "agent2-local-redeploy",
                        "Amazon Linux 2023",
                        "raced, then redeployed under the id local-2210",
                        HEALTHY,
                        on -> correttoUpgraded(al2023(on.agent2()), 45)
                                .deployed(GROUP, D1, 20)
                                .deployed(GROUP, "local-2210", 100)
                                .jvm(2310, 105, CORRETTO, CURRENT, APP)),
                built(
                        "root-dir-moved",
                        "Amazon Linux 2",
                        "the agent's root_dir lies elsewhere",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on.deploymentRoot("srv/codedeploy")), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "no-hooks",
                        "Amazon Linux 2",
                        "a deployment without scripts leaves no line in any log",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on), 45)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .write(
                                        DEPLOYMENT_ROOT + "/deployment-instructions/" + GROUP + "_most_recent_install",
                                        "/" + DEPLOYMENT_ROOT + "/" + GROUP + "/" + D1)
                                .time(
                                        DEPLOYMENT_ROOT + "/deployment-instructions/" + GROUP + "_most_recent_install",
                                        20)),
                built(
                        "nothing-deployed",
                        "Amazon Linux 2",
                        "agent without a deployment; an upgrade ran",
                        NOT_DEPLOYED,
                        on -> jdk8Upgraded(al2(on), 45)
                                .write("opt/codedeploy-agent/.version", "agent_version: 1.8.1\n")),
                built(
                        "still-deploying",
                        "Amazon Linux 2",
                        "a command of the deployment is on its way",
                        STILL_BOOTING,
                        on -> jdk8Upgraded(al2(on), 45)
                                .uptime(120)
                                .deployed(GROUP, D1, 75)
                                .ongoing(D1, 110)));
    }

    private static List<Scenario> clocks() {
        return List.of(
                built(
                        "zone-east-race",
                        "Amazon Linux 2023",
                        "UTC+9: the agent's stamps look nine hours late",
                        STALE_JDK,
                        on -> correttoUpgraded(al2023(on.zone(9)), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, REPLACED, APP)),
                built(
                        "zone-west-no-race",
                        "Amazon Linux 2023",
                        "UTC-5: the agent's stamps look five hours early",
                        HEALTHY,
                        on -> correttoUpgraded(al2023(on.zone(-5)), 45)
                                .deployed(GROUP, D1, 75)
                                .jvm(2210, 80, CORRETTO, CURRENT, APP)),
                built(
                        "new-year-race",
                        "Amazon Linux 2",
                        "cloud-init ends after midnight of New Year, by a log without years",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on.booted("2026-12-31T23:59:10Z")), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "clock-forward-race",
                        "Amazon Linux 2023",
                        "clock set an hour forward after the launch",
                        STALE_JDK,
                        on -> correttoUpgraded(al2023(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, CORRETTO, REPLACED, APP)
                                .clockSet(3600)),
                built(
                        "clock-back-no-race",
                        "Amazon Linux 2023",
                        "clock set an hour back after the launch",
                        HEALTHY,
                        on -> correttoUpgraded(al2023(on), 45)
                                .deployed(GROUP, D1, 75)
                                .jvm(2210, 80, CORRETTO, CURRENT, APP)
                                .clockSet(-3600)),
                built(
                        "second-boot",
                        "Amazon Linux 2",
                        "rebooted since: cloud-init ends later than the old deployment",
                        HEALTHY,
                        on -> jdk8Upgraded(al2(on), -90_000)
                                .deployed(GROUP, D1, -90_100)
                                .jvm(2210, 12, JDK8_AMAZON, CURRENT, APP)),
                built(
                        "baked-image",
                        "Amazon Linux 2",
                        "the image holds its builder's deployment, this instance has none",
                        NOT_DEPLOYED,
                        on -> jdk8Upgraded(al2(on), -90_000)
                                .deployed(GROUP, D1, -90_100)
                                .jvm(2210, 12, JDK8_AMAZON, CURRENT, APP)
                                .write("var/lib/cloud/instances/i-0fedcba9876543210/sem/config_runcmd", "")
                                .time("var/lib/cloud/instances/i-0fedcba9876543210/sem/config_runcmd", 8)));
    }

    private static List<Scenario> jvms() {
        return List.of(
                built(
                        "two-jvms-one-stale",
                        "Amazon Linux 2",
                        "the deployment's second JVM started after the upgrade",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .jvm(2310, 60, JDK8_AMAZON.replace("342", "372"), CURRENT, "worker.service")),
                built(
                        "two-jdks",
                        "Amazon Linux 2",
                        "JDK 8 upgraded, the application runs on 17",
                        LUCKY_RACE,
                        on -> jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20).jvm(2210, 30, CORRETTO, CURRENT, APP)),
                built(
                        "bystander",
                        "Amazon Linux 2",
                        "a log shipper in Java, started by the boot, is stale; the application is not",
                        STALE_BYSTANDER,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(900, 9, JDK8_AMAZON, GONE, "shipper.service")
                                .jvm(2210, 50, JDK8_AMAZON.replace("342", "372"), CURRENT, APP)),
                built(
                        "container",
                        "Amazon Linux 2",
                        "a JVM in a container: its files are in no place of the host",
                        LUCKY_RACE,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
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
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
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
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, "opt/app/runtime", CURRENT, APP)),
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
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .process(2210, 30, "/opt/app/service", map("/opt/app/service"), APP)),
                built(
                        "no-java",
                        "Amazon Linux 2",
                        "nginx deployed; the upgrade brought a JDK that nobody runs",
                        LUCKY_RACE,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .process(2210, 30, "/usr/sbin/nginx", map("/usr/sbin/nginx"), "nginx.service")),
                built(
                        "starting-while-renamed",
                        "Amazon Linux 2023",
                        "mapped under the name that rpm writes first",
                        STALE_JDK,
                        on -> correttoUpgraded(al2023(on), 45)
                                .deployed(GROUP, D1, 20)
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
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .deployed(GROUP, D2, 100)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, "old.scope")
                                .jvm(2310, 110, JDK8_AMAZON.replace("342", "372"), CURRENT, APP)));
    }

    private static List<Scenario> groups() {
        return List.of(
                built(
                        "two-groups-one-raced",
                        "Amazon Linux 2",
                        "two deployment groups; only the first one's JVM is stale",
                        STALE_JDK,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .deployed(OTHER, D2, 80)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .jvm(2310, 90, JDK8_AMAZON.replace("342", "372"), CURRENT, "b.service")),
                built(
                        "two-groups-healthy",
                        "Amazon Linux 2",
                        "two deployment groups after cloud-init",
                        HEALTHY,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 75)
                                .deployed(OTHER, D2, 95)
                                .jvm(2210, 85, JDK8_AMAZON.replace("342", "372"), CURRENT, APP)
                                .jvm(2310, 99, JDK8_AMAZON.replace("342", "372"), CURRENT, "b.service")),
                built(
                        "group-of-earlier-boot",
                        "Ubuntu 22.04",
                        "another group's service from before this boot is stale, by its files",
                        STALE_BYSTANDER,
                        on -> ubuntu(on, "22.04")
                                .uptime(4000)
                                .deployed(OTHER, D2, -90_000)
                                .installed(OTHER, "/opt/b", "/opt/b/b.jar")
                                .deployed(GROUP, D1, 75)
                                .installed(GROUP, "/opt/a", "/opt/a/a.jar")
                                .deb("openjdk-17-jre-headless", "17.0.12+7-1ubuntu2~22.04", 3700)
                                .jvm(900, 90, DEBIAN_17, REPLACED, "b.service")
                                .link("proc/900/cwd", "/opt/b")
                                .jvm(2210, 3800, DEBIAN_17, CURRENT, APP)
                                .link("proc/2210/cwd", "/opt/a")));
    }

    private static List<Scenario> boots() {
        return List.of(
                built(
                        "cloud-init-runs",
                        "Amazon Linux 2",
                        "stale already, but cloud-init still runs",
                        STILL_BOOTING,
                        on -> jdk8Upgraded(on.os("amzn", "2").uptime(60).unit("cloud-final", "activating", 0), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "cloud-init-hangs",
                        "Amazon Linux 2",
                        "user data waits for ever",
                        BOOT_STUCK,
                        on -> jdk8Upgraded(on.os("amzn", "2").uptime(4000).unit("cloud-final", "activating", 0), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, CURRENT, APP)),
                built(
                        "cloud-init-disabled",
                        "Ubuntu 22.04",
                        "disabled: nothing to race",
                        HEALTHY,
                        on -> on.os("ubuntu", "22.04")
                                .write("etc/cloud/cloud-init.disabled", "")
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, DEBIAN_17, CURRENT, APP)),
                built(
                        "cloud-final-failed",
                        "Ubuntu 22.04",
                        "raced; user data ended with an error after the upgrade",
                        STALE_JDK,
                        on -> on.os("ubuntu", "22.04")
                                .unit("cloud-final", "failed", 70)
                                .deployed(GROUP, D1, 20)
                                .deb("openjdk-17-jre-headless", "17.0.12+7-1ubuntu2~22.04", 45)
                                .jvm(2210, 30, DEBIAN_17, REPLACED, APP)));
    }

    private static List<Scenario> failures() {
        return List.of(
                built(
                        "deployment-failed-by-upgrade",
                        "Amazon Linux 2",
                        "a hook failed while the JDK was being replaced",
                        DEPLOYMENT_FAILED,
                        Judge.failed(D1, 19, 60),
                        on -> jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20)),
                built(
                        "deployment-failed-by-itself",
                        "Amazon Linux 2",
                        "a hook failed before the JDK was replaced",
                        NOT_DEPLOYED,
                        Judge.failed(D1, 19, 30),
                        on -> jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20)),
                built(
                        "service-lost-its-java",
                        "Amazon Linux 2",
                        "the unit names the versioned directory: restarts fail with 203",
                        JDK_REPLACED,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .failedUnit("app", 203, "/" + JDK8_AMAZON + "/bin/java")),
                built(
                        "service-script-lost-its-java",
                        "Amazon Linux 2",
                        "a start script finds no java: 127",
                        JDK_REPLACED,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .failedUnit("app", 127, "/opt/app/start.sh")
                                .write("opt/app/start.sh", "#!/bin/sh\nexec $JAVA_HOME/bin/java -jar app.jar\n")),
                built(
                        "unrelated-unit-203",
                        "Amazon Linux 2",
                        "nginx deployed; another unit's program was never there",
                        LUCKY_RACE,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 20)
                                .failedUnit("legacy", 203, "/opt/legacy/daemon")));
    }

    private static List<Scenario> unknowable() {
        return List.of(
                built(
                        "no-uptime",
                        "Amazon Linux 2",
                        "/proc can't be read: no clock, no processes",
                        INCONCLUSIVE,
                        on -> jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20).withoutProc()),
                built(
                        "cloud-init-untold",
                        "Amazon Linux 1",
                        "neither systemd nor cloud-init's files of this boot",
                        INCONCLUSIVE,
                        on -> on.os("amzn", "2018.03")
                                .write("etc/cloud/cloud.cfg", "")
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, CURRENT, APP)),
                built(
                        "clocks-contradict",
                        "Amazon Linux 2",
                        "systemd's end of cloud-init lies in the future",
                        INCONCLUSIVE,
                        on -> jdk8Upgraded(on.os("amzn", "2").unit("cloud-final", "active", 9_000), 45)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_AMAZON, CURRENT, APP)));
    }
}
