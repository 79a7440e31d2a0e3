package launchguard.reliability;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;

/** The time since which something has its state. */
final class StateSince {
    private final Map<String, Instant> began = new HashMap<>();

    void update(Sandbox aws, ScalingGroup group) {
        Instant now = aws.clock().instant();
        note("deploying", aws.codeDeploy().all().stream().anyMatch(Deployment::active), now);
        note("refresh", group.refreshing(), now);
        note("suspended", !group.suspended().isEmpty(), now);
        for (Instance instance : group.instances()) {
            note("held " + instance.id(), instance.lifecycle().equals("Pending:Wait"), now);
            note("out " + instance.id(), !instance.lifecycle().equals("InService"), now);
            note(
                    "unavailable " + instance.id(),
                    !instance.lifecycle().equals("InService")
                            || !instance.health().equals("Healthy"),
                    now);
        }
    }

    private void note(String what, boolean holds, Instant now) {
        if (holds) {
            began.putIfAbsent(what, now);
        } else {
            began.remove(what);
        }
    }

    /** Whether it was so already before the time that a decision may be old. */
    boolean longBefore(String what, Instant then, Duration lag) {
        Instant since = began.get(what);
        return since != null && since.isBefore(then.minus(lag));
    }
}
