package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.DEBIAN_17;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK17_RHEL;
import static launchguard.accuracy.BuiltScenarios.built;
import static launchguard.accuracy.BuiltScenarios.ubuntu;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.util.List;

/** Launches on Ubuntu, RHEL and its relatives. */
final class BuiltUbuntuAndRhel {
    private BuiltUbuntuAndRhel() {}

    static List<Scenario> all() {
        return List.of(
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
}
