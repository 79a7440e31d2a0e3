package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.D2;
import static launchguard.accuracy.BuiltScenarios.DEBIAN_17;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.JDK8_UPGRADED;
import static launchguard.accuracy.BuiltScenarios.OTHER;
import static launchguard.accuracy.BuiltScenarios.al2;
import static launchguard.accuracy.BuiltScenarios.built;
import static launchguard.accuracy.BuiltScenarios.jdk8Upgraded;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2;
import static launchguard.accuracy.BuiltScenarios.ubuntu;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.util.List;

/** Several deployment groups on one instance. */
final class BuiltGroups {
    private BuiltGroups() {}

    static List<Scenario> all() {
        return List.of(
                built(
                        "two-groups-one-raced",
                        "Amazon Linux 2",
                        "two deployment groups; only the first one's JVM is stale",
                        STALE_JDK,
                        on -> racedOnAl2(on)
                                .deployed(OTHER, D2, 80)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .jvm(2310, 90, JDK8_UPGRADED, CURRENT, "b.service")),
                built(
                        "two-groups-healthy",
                        "Amazon Linux 2",
                        "two deployment groups after cloud-init",
                        HEALTHY,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 75)
                                .deployed(OTHER, D2, 95)
                                .jvm(2210, 85, JDK8_UPGRADED, CURRENT, APP)
                                .jvm(2310, 99, JDK8_UPGRADED, CURRENT, "b.service")),
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
}
