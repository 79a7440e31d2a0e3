package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.CORRETTO;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.al2;
import static launchguard.accuracy.BuiltScenarios.al2023;
import static launchguard.accuracy.BuiltScenarios.built;
import static launchguard.accuracy.BuiltScenarios.correttoUpgraded;
import static launchguard.accuracy.BuiltScenarios.jdk8Upgraded;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2023;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.util.List;

/** Zones, clocks that are set, years that are not written, boots before this one. */
final class BuiltClocks {
    private BuiltClocks() {}

    static List<Scenario> all() {
        return List.of(
                built(
                        "zone-east-race",
                        "Amazon Linux 2023",
                        "UTC+9: the agent's stamps look nine hours late",
                        STALE_JDK,
                        on -> racedOnAl2023(on.zone(9)).jvm(2210, 30, CORRETTO, REPLACED, APP)),
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
                        on -> racedOnAl2(on.booted("2026-12-31T23:59:10Z")).jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "clock-forward-race",
                        "Amazon Linux 2023",
                        "clock set an hour forward after the launch",
                        STALE_JDK,
                        on -> racedOnAl2023(on)
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
}
