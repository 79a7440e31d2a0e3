package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Happening;

/** Checks promise 10: whose hook is answered, how, and how long an instance is held, by Auto Scaling's own record. */
final class GateCheck {
    static final String OURS = "launch-guard-gate";
    static final String ANOTHER = "warm-up";

    /** The gate's deadline, a hook's timeout before its event may come, and one look at a deployment that is under way. */
    private static final Duration LONGEST = Duration.ofMinutes(30 + 10 + 17);

    private final Sandbox aws;
    private final ScalingGroup group;
    private final Rules rules;
    private final StateSince since;
    private final Map<String, Wait> waits = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<Instance> abandoned = new ArrayList<>();
    private int events;
    private int calls;

    private record Wait(String instance, Instant began) {}

    GateCheck(Sandbox aws, ScalingGroup group, Rules rules, StateSince since) {
        this.aws = aws;
        this.group = group;
        this.rules = rules;
        this.since = since;
    }

    /** Instances whose launch was abandoned since the last look. */
    List<Instance> abandoned() {
        listen();
        abandoned.clear();
        List<Happening> all = aws.calls().happened();
        for (Happening happening : all.subList(calls, all.size())) {
            if (happening instanceof Happening.Done done
                    && done.call().service().equals("autoscaling")) {
                took(done.call());
            }
        }
        calls = all.size();
        return List.copyOf(abandoned);
    }

    private void listen() {
        List<ObjectNode> all = aws.events().events();
        for (ObjectNode event : all.subList(events, all.size())) {
            if (event.path("detail-type").asText().equals("EC2 Instance-launch Lifecycle Action")) {
                JsonNode detail = event.path("detail");
                waits.put(
                        detail.path("LifecycleActionToken").asText(),
                        new Wait(
                                detail.path("EC2InstanceId").asText(),
                                Instant.parse(event.path("time").asText())));
            }
        }
        events = all.size();
    }

    private void took(Call call) {
        boolean answer = call.operation().equals("CompleteLifecycleAction");
        if (!answer && !call.operation().equals("RecordLifecycleActionHeartbeat")) {
            return;
        }
        JsonNode input = call.input();
        Wait wait = waits.get(input.path("LifecycleActionToken").asText());
        String id = wait == null ? input.path("InstanceId").asText() : wait.instance();
        if (!input.path("LifecycleHookName").asText().equals(OURS)) {
            faults.add("10: answers a hook that is not ours: " + call);
        }
        if (answer && input.path("LifecycleActionResult").asText().equals("ABANDON")) {
            Instance instance = aws.instance(id);
            abandoned.add(instance);
            if (!rules.remediate()) {
                faults.add("10: abandons a launch in observe mode: " + call);
            }
            if (aws.codeDeploy().all().stream().anyMatch(deployment -> reaches(deployment, id))) {
                faults.add("10: abandons a launch while CodeDeploy deploys to it: " + call);
            }
        } else if (!answer && wait != null && wait.began().plus(LONGEST).isBefore(call.at())) {
            faults.add("10: holds " + id + " past the deadline, since " + wait.began() + ": " + call);
        }
    }

    private static boolean reaches(Deployment deployment, String instance) {
        return deployment.active() && deployment.reaches(instance);
    }

    List<String> faults() {
        for (Instance instance : group.instances()) {
            if (since.longBefore("held " + instance.id(), aws.clock().instant(), LONGEST.plus(rules.lag()))) {
                faults.add("10: " + instance.id() + " is still held at "
                        + aws.clock().instant());
            }
        }
        return List.copyOf(faults);
    }

    /** At the end no instance waits. */
    List<String> left() {
        return group.instances().stream()
                .filter(instance -> instance.lifecycle().equals("Pending:Wait")
                        && instance.state().equals("running"))
                .map(instance -> "10: " + instance.id() + " is held for ever")
                .toList();
    }
}
