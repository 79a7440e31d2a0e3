package launchguard.settings;

import java.time.Duration;
import launchguard.model.HookName;

/**
 * The launch gate's part of the environment.
 *
 * @param hook the lifecycle hook by which a group is gated; never one of CodeDeploy's own
 * @param deadline how long an instance may be held, not counting the time that CodeDeploy's deployment takes
 * @param beat a held instance gets a heartbeat after this time
 */
public record GateSettings(HookName hook, Duration deadline, Duration beat) {
    private static final String DEFAULT_HOOK = "launch-guard-gate";

    static GateSettings from(Variables variables) {
        return new GateSettings(
                new HookName(variables.text(
                        "LAUNCH_GUARD_GATE_HOOK",
                        DEFAULT_HOOK,
                        "(?!CodeDeploy-managed-)[A-Za-z0-9_/-]{1,255}",
                        "1 to 255 letters, digits, -, _ and /, not beginning with CodeDeploy-managed-: those are CodeDeploy's"
                                + " own hooks")),
                variables.duration("LAUNCH_GUARD_GATE_DEADLINE", Duration.ofMinutes(30)),
                variables.duration("LAUNCH_GUARD_GATE_BEAT", Duration.ofSeconds(400)));
    }
}
