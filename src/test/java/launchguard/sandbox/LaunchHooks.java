package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * Auto Scaling's launch lifecycle hooks, and the instances that wait at them. All hooks of a group are run at once; an
 * instance goes on when all are answered, and is terminated at the first ABANDON.
 */
final class LaunchHooks {
    private static final Duration LONGEST = Duration.ofDays(2);
    private static final int MOST_HEARTBEATS = 100;
    private final List<Wait> waits = new ArrayList<>();
    private final SteppedClock clock;
    private final Names names;
    private final EventBus bus;

    LaunchHooks(SteppedClock clock, Names names, EventBus bus) {
        this.clock = clock;
        this.names = names;
        this.bus = bus;
    }

    /** A hook that its owner put on a group. */
    record Hook(
            String name,
            Duration heartbeat,
            String defaultResult,
            @Nullable String metadata) {

        Duration global() {
            Duration most = heartbeat.multipliedBy(MOST_HEARTBEATS);
            return most.compareTo(LONGEST) < 0 ? most : LONGEST;
        }

        ObjectNode view(ScalingGroup group) {
            return Json.object(
                    "LifecycleHookName",
                    name,
                    "AutoScalingGroupName",
                    group.name(),
                    "LifecycleTransition",
                    "autoscaling:EC2_INSTANCE_LAUNCHING",
                    "NotificationMetadata",
                    metadata,
                    "HeartbeatTimeout",
                    heartbeat.toSeconds(),
                    "GlobalTimeout",
                    global().toSeconds(),
                    "DefaultResult",
                    defaultResult);
        }
    }

    /** One instance's wait at one hook. */
    private static final class Wait {
        final Hook hook;
        final ScalingGroup group;
        final Instance instance;
        final String token;
        final Instant ends;
        final Runnable proceed;
        final Runnable abandon;
        Instant expires;

        Wait(
                Hook hook,
                ScalingGroup group,
                Instance instance,
                String token,
                Instant now,
                Runnable proceed,
                Runnable abandon) {
            this.hook = hook;
            this.group = group;
            this.instance = instance;
            this.token = token;
            this.ends = now.plus(hook.global());
            this.expires = now.plus(hook.heartbeat());
            this.proceed = proceed;
            this.abandon = abandon;
        }
    }

    /** The instance waits at all hooks of its group; {@code proceed} runs when all have let it go on. */
    void hold(
            ScalingGroup group,
            Instance instance,
            @Nullable String origin,
            String destination,
            @Nullable String action,
            Runnable proceed,
            Runnable abandon) {
        List<Wait> begun = group.launchHooks().values().stream()
                .map(hook -> new Wait(hook, group, instance, names.uuid(), clock.instant(), proceed, abandon))
                .toList();
        waits.addAll(begun);
        for (Wait wait : begun) {
            bus.emit(
                    "aws.autoscaling",
                    "EC2 Instance-launch Lifecycle Action",
                    List.of(group.arn()),
                    Json.object(
                            "LifecycleActionToken",
                            wait.token,
                            "AutoScalingGroupName",
                            group.name(),
                            "LifecycleHookName",
                            wait.hook.name(),
                            "EC2InstanceId",
                            instance.id(),
                            "LifecycleTransition",
                            "autoscaling:EC2_INSTANCE_LAUNCHING",
                            "NotificationMetadata",
                            wait.hook.metadata(),
                            "Origin",
                            origin,
                            "Destination",
                            destination,
                            "Action",
                            action));
            clock.at(wait.expires, () -> expire(wait));
        }
    }

    /** Whether a hook has not let the instance go on yet. */
    boolean holds(Instance instance) {
        return waits.stream().anyMatch(wait -> wait.instance == instance);
    }

    private void expire(Wait wait) {
        if (!waits.contains(wait) || wait.instance.leaving()) {
            return;
        }
        Instant end = wait.expires.isBefore(wait.ends) ? wait.expires : wait.ends;
        if (clock.instant().isBefore(end)) {
            clock.at(end, () -> expire(wait));
        } else {
            answer(wait, wait.hook.defaultResult());
        }
    }

    void complete(ObjectNode input) {
        Wait wait = find(input);
        String result = input.path("LifecycleActionResult").asText();
        if (!List.of("CONTINUE", "ABANDON").contains(result)) {
            throw new AwsError(
                    "ValidationError",
                    "Supported Lifecycle Action Results are: CONTINUE, ABANDON. " + result + " is not valid.");
        }
        answer(wait, result);
    }

    void heartbeat(ObjectNode input) {
        Wait wait = find(input);
        wait.expires = clock.instant().plus(wait.hook.heartbeat());
    }

    /** As Auto Scaling does: launches that wait at a hook that is deleted are abandoned. */
    void delete(ScalingGroup group, String name) {
        if (group.launchHooks().remove(name) == null) {
            throw new AwsError("ValidationError", "No Lifecycle Hook found with name: " + name);
        }
        List.copyOf(waits).stream()
                .filter(wait -> wait.group == group && wait.hook.name().equals(name))
                .forEach(wait -> answer(wait, "ABANDON"));
    }

    private void answer(Wait wait, String result) {
        if (result.equals("ABANDON")) {
            waits.removeIf(other -> other.instance == wait.instance);
            wait.abandon.run();
        } else {
            waits.remove(wait);
            if (!holds(wait.instance)) {
                wait.proceed.run();
            }
        }
    }

    private Wait find(ObjectNode input) {
        String token = Json.text(input, "LifecycleActionToken");
        String instance = Json.text(input, "InstanceId");
        if (token == null && instance == null) {
            throw new AwsError("ValidationError", "Either the lifecycle action token or the instance ID must be given");
        }
        Predicate<Wait> fits = wait -> (token == null || wait.token.equals(token))
                && (instance == null || wait.instance.id().equals(instance));
        Optional<Wait> found = waits.stream()
                .filter(wait ->
                        wait.hook.name().equals(input.path("LifecycleHookName").asText()))
                .filter(wait -> wait.group
                        .name()
                        .equals(input.path("AutoScalingGroupName").asText()))
                .filter(wait -> !wait.instance.leaving())
                .filter(fits)
                .findFirst();
        return found.orElseThrow(() -> new AwsError(
                "ValidationError",
                "No active Lifecycle Action found with "
                        + (token == null ? "instance ID " + instance : "token " + token)));
    }
}
