package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.aws.Deadline;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.guard.GroupState.Member;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Opens cases for instances that wait at the launch gate and whose event was lost. */
public final class MissedWaits {
    /** The event of a new launch may still be on its way. */
    private static final Duration EVENT_ON_ITS_WAY = Duration.ofMinutes(2);

    private final StepStore store;
    private final Groups groups;
    private final Notifier notifier;
    private final GateArrivals gateArrivals;
    private final ScheduleFaults faults;

    public MissedWaits(
            StepStore store, Groups groups, Notifier notifier, GateArrivals gateArrivals, ScheduleFaults faults) {
        this.store = store;
        this.groups = groups;
        this.notifier = notifier;
        this.gateArrivals = gateArrivals;
        this.faults = faults;
    }

    /** Instances that wait at the launch gate and have no case: their event was lost. */
    List<Case> found(List<ScalingGroup> optedIn, Instant now, BatchLookups lookups) {
        List<Case> found = new ArrayList<>();
        List<Instant> since = new ArrayList<>();
        Map<GroupName, List<InstanceId>> intoPools = intoPools(optedIn);
        for (ScalingGroup group : optedIn) {
            List<InstanceId> waiting = Stream.concat(
                            group.members().stream().filter(Member::waits).map(Member::instance),
                            intoPools.getOrDefault(group.name(), List.of()).stream())
                    .distinct()
                    .toList();
            if (waiting.isEmpty() || !Deadline.allowsMore() || !gateArrivals.gated(group.name())) {
                continue;
            }
            lookups.expect(waiting);
            for (InstanceId instance : waiting) {
                Instances.Facts facts = lookups.facts(instance);
                if (facts != null && facts.launchedAt().plus(EVENT_ON_ITS_WAY).isBefore(now)) {
                    Case held = faults.each(
                            "look for a case of " + instance, () -> held(instance, facts.launchedAt(), lookups, since));
                    if (held != null) {
                        found.add(held);
                    }
                }
            }
        }
        since.stream()
                .min(Comparator.naturalOrder())
                .ifPresent(longest -> notifier.metrics().oldestHeld(now, Duration.between(longest, now)));
        return found;
    }

    /**
     * Instances on their way into a warm pool are in no group's own list. All of the account are read, if a gated group
     * has a warm pool.
     */
    private Map<GroupName, List<InstanceId>> intoPools(List<ScalingGroup> optedIn) {
        return Deadline.allowsMore()
                        && optedIn.stream().anyMatch(group -> group.warmPool() && gateArrivals.gated(group.name()))
                ? groups.waiting()
                : Map.of();
    }

    private @Nullable Case held(InstanceId instance, Instant launchedAt, BatchLookups lookups, List<Instant> since) {
        Optional<Case> known = store.latest(instance).filter(latest -> latest.held() || latest.releasing());
        Case found = known.isPresent()
                ? null
                : gateArrivals.found(instance, launchedAt, lookups).orElse(null);
        known.or(() -> Optional.ofNullable(found)).map(Case::gate).ifPresent(gate -> since.add(gate.heldSince()));
        return found;
    }
}
