package launchguard.accuracy;

import static launchguard.accuracy.BuiltInstance.DEPLOYMENT_ROOT;
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
import static launchguard.verdict.VerdictName.STILL_BOOTING;

import java.util.List;

/** Agents of both kinds, and what they leave behind. */
final class BuiltAgents {
    private BuiltAgents() {}

    static List<Scenario> all() {
        return List.of(
                built(
                        "agent2-race",
                        "Amazon Linux 2023",
                        "agent 2.x: no deployment id in its log, outer stamps of the end",
                        STALE_JDK,
                        on -> racedOnAl2023(on.agent2()).jvm(2210, 30, CORRETTO, REPLACED, APP)),
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
                        on -> racedOnAl2023(on.agent2())
                                .deployed(GROUP, "local-2210", 100)
                                .jvm(2310, 105, CORRETTO, CURRENT, APP)),
                built(
                        "root-dir-moved",
                        "Amazon Linux 2",
                        "the agent's root_dir lies elsewhere",
                        STALE_JDK,
                        on -> racedOnAl2(on.deploymentRoot("srv/codedeploy")).jvm(2210, 30, JDK8_AMAZON, GONE, APP)),
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
}
