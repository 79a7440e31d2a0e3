package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.Jdk.CURRENT;
import static launchguard.accuracy.BuiltInstance.Jdk.GONE;
import static launchguard.accuracy.BuiltInstance.Jdk.REPLACED;
import static launchguard.accuracy.BuiltScenarios.APP;
import static launchguard.accuracy.BuiltScenarios.D1;
import static launchguard.accuracy.BuiltScenarios.DEBIAN_17;
import static launchguard.accuracy.BuiltScenarios.GROUP;
import static launchguard.accuracy.BuiltScenarios.JDK8_AMAZON;
import static launchguard.accuracy.BuiltScenarios.built;
import static launchguard.accuracy.BuiltScenarios.jdk8Upgraded;
import static launchguard.accuracy.BuiltScenarios.racedOnAl2;
import static launchguard.verdict.VerdictName.BOOT_STUCK;
import static launchguard.verdict.VerdictName.DEPLOYMENT_FAILED;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static launchguard.verdict.VerdictName.STILL_BOOTING;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Boots that hang or fail, deployments and services that fail, and cases that nothing can decide. */
final class BuiltBoots {
    private BuiltBoots() {}

    static List<Scenario> all() {
        return Stream.of(boots(), failures(), unknowable())
                .flatMap(List::stream)
                .toList();
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
                        ScenarioJudge.failed(D1, 19, 60),
                        on -> racedOnAl2(on)),
                built(
                        "deployment-failed-by-itself",
                        "Amazon Linux 2",
                        "a hook failed before the JDK was replaced",
                        NOT_DEPLOYED,
                        ScenarioJudge.failed(D1, 19, 30),
                        on -> racedOnAl2(on)),
                built(
                        "service-lost-its-java",
                        "Amazon Linux 2",
                        "the unit names the versioned directory: restarts fail with 203",
                        JDK_REPLACED,
                        on -> racedOnAl2(on).failedUnit("app", 203, "/" + JDK8_AMAZON + "/bin/java")),
                built(
                        "service-script-lost-its-java",
                        "Amazon Linux 2",
                        "a start script ends with 127; which java it names can't be known",
                        Set.of(JDK_REPLACED, INCONCLUSIVE),
                        ScenarioJudge.NOTHING_ELSE,
                        on -> racedOnAl2(on)
                                .failedUnit("app", 127, "/opt/app/start.sh")
                                .write("opt/app/start.sh", "#!/bin/sh\nexec $JAVA_HOME/bin/java -jar app.jar\n")),
                built(
                        "unrelated-unit-203",
                        "Amazon Linux 2",
                        "nginx deployed; another unit's program was never there",
                        LUCKY_RACE,
                        on -> racedOnAl2(on)
                                .archive(GROUP, D1, "systemctl start nginx")
                                .failedUnit("legacy", 203, "/opt/legacy/daemon")));
    }

    private static List<Scenario> unknowable() {
        return List.of(
                built(
                        "no-uptime",
                        "Amazon Linux 2",
                        "/proc can't be read: no clock, no processes",
                        INCONCLUSIVE,
                        on -> racedOnAl2(on).withoutProc()),
                built(
                        "cloud-init-unknown",
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
