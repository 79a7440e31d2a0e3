package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.CORRETTO;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.JDK8_UPGRADED;
import static launchguard.accuracy.BuiltScenarios.al2;
import static launchguard.accuracy.BuiltScenarios.al2023;
import static launchguard.accuracy.BuiltScenarios.built;
import static launchguard.accuracy.BuiltScenarios.correttoUpgraded;
import static launchguard.accuracy.BuiltScenarios.jdk8Upgraded;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2023;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.util.List;

/** Launches on Amazon Linux 1, 2 and 2023. */
final class BuiltAmazon {
    private BuiltAmazon() {}

    static List<Scenario> all() {
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
                        on -> racedOnAl2(on).jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "al2-race-rpmsave",
                        "Amazon Linux 2",
                        "the old directory lives on with .rpmsave files",
                        STALE_JDK,
                        on -> racedOnAl2(on)
                                .jvm(2210, 30, JDK8_AMAZON, GONE, APP)
                                .write(JDK8_AMAZON + "/lib/security/java.security.rpmsave", "")),
                built(
                        "al2-race-jst",
                        "Amazon Linux 2",
                        "log of syslog: no year, Japan's time, as is the agent's",
                        STALE_JDK,
                        on -> racedOnAl2(on.zone(9)).jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
                built(
                        "al2-upgraded-before",
                        "Amazon Linux 2",
                        "raced user data only: the upgrade was over before the start",
                        LUCKY_RACE,
                        on -> jdk8Upgraded(al2(on), 18)
                                .deployed(GROUP, D1, 20)
                                .jvm(2210, 30, JDK8_UPGRADED, CURRENT, APP)),
                built(
                        "al2-no-race",
                        "Amazon Linux 2",
                        "the agent waits",
                        HEALTHY,
                        on -> jdk8Upgraded(al2(on), 45)
                                .deployed(GROUP, D1, 75)
                                .jvm(2210, 80, JDK8_UPGRADED, CURRENT, APP)),
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
                        on -> racedOnAl2023(on).jvm(2210, 30, CORRETTO, REPLACED, APP)),
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
                                .jvm(2210, 80, CORRETTO, CURRENT, APP)));
    }
}
