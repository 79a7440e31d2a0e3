package launchguard.report;

import java.util.Map;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;

/** Whether an instance's next launch could race, judged by how it is set up and not by what happened. */
public enum Exposure {
    /** It could: nothing orders the agent after cloud-init, and cloud-init upgrades packages. */
    EXPOSED,
    /** Nothing orders them, but there was nothing to race with so far. */
    UNORDERED,
    /** What decides it could not be read. */
    UNKNOWN,
    /** The agent comes after cloud-init. */
    ORDERED,
    /** Something else starts the agent. */
    NOT_AT_BOOT,
    /** Nothing deploys here. */
    NO_AGENT;

    /** The exposure of the system that the evidence shows. */
    public static Exposure of(Evidence evidence) {
        Evidence.Agent agent = evidence.agent();
        if (Boolean.FALSE.equals(agent.installed())) {
            return NO_AGENT;
        }
        boolean noCloudInit = evidence.cloudInit().state() == CloudInit.State.ABSENT
                || evidence.cloudInit().state() == CloudInit.State.DISABLED;
        if (Boolean.TRUE.equals(agent.afterCloudInit()) || noCloudInit) {
            return ORDERED;
        }
        if (Boolean.FALSE.equals(agent.startsAtBoot())) {
            return NOT_AT_BOOT;
        }
        if (agent.startsAtBoot() == null || agent.afterCloudInit() == null) {
            return UNKNOWN;
        }
        Boolean upgrades = evidence.cloudInit().upgradedPackages();
        return upgrades == null ? UNKNOWN : upgrades ? EXPOSED : UNORDERED;
    }

    /** The sentence; {@code why} is what could not be read, or why there was nothing to read. */
    public String words(String why) {
        return PlainText.text(
                this == UNKNOWN
                        ? Sentences.say("exposure.UNKNOWN", Map.of("why", why))
                        : Sentences.say("exposure." + this));
    }

    /** Whether the cure is advised. */
    public boolean curable() {
        return this == EXPOSED || this == UNORDERED;
    }
}
