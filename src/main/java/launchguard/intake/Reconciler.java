package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Deadline;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.cases.UnreadableCaseException;
import launchguard.guard.GroupState.Member;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/**
 * Finds cases and launches whose events were lost, since events are best effort. What fails for one case or one
 * instance, or in one part of the work, is logged and stops nothing else; the next tick tries it again.
 */
public final class Reconciler {
    /** So many keys are one page of an answer; cases that can't be read must not hide those behind them. */
    private static final int MOST = 1_000;

    /** Longer than any timer. */
    private static final Duration ANY_TIMER = Duration.ofDays(1);

    /** What was launched just now may still have its event on the way. */
    private static final Duration EVENT_ON_ITS_WAY = Duration.ofMinutes(2);

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Groups groups;
    private final Notifier notifier;
    private final CaseOpener opener;
    private final GateArrivals gateArrivals;
    private final PatchArrivals patchArrivals;

    public Reconciler(
            Settings settings,
            CaseClock clock,
            StepStore store,
            Groups groups,
            Notifier notifier,
            CaseOpener opener,
            GateArrivals gateArrivals,
            PatchArrivals patchArrivals) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
        this.groups = groups;
        this.notifier = notifier;
        this.opener = opener;
        this.gateArrivals = gateArrivals;
        this.patchArrivals = patchArrivals;
    }

    /**
     * What was found.
     *
     * @param rearmed open cases past due whose timer was set again
     * @param opened cases of launches whose events were lost
     */
    public record Found(int rearmed, List<Case> opened) {}

    /** One tick. Throws only where no part of it could be done. */
    public Found look(BatchLookups lookups) {
        Instant now = clock.now();
        Parts parts = new Parts();
        int rearmed = parts.done("re-arm the cases past due", 0, () -> rearm(now));
        parts.done("sum up the news of groups", 0, () -> {
            notifier.summarize(now);
            return 0;
        });
        parts.done("find the oldest open case", 0, () -> {
            double age = Duration.between(oldest(now), now).toSeconds();
            notifier.metrics().oldestOpen(now, age);
            return 0;
        });
        List<Case> opened = new ArrayList<>();
        parts.done("look for launches without a case", 0, () -> {
            missed(now, lookups, opened);
            return 0;
        });
        parts.throwIfAllFailed();
        return new Found(rearmed, opened);
    }

    /** A step of its own for each: its write comes first, so that a table which takes none makes no messages. */
    private int rearm(Instant now) {
        int rearmed = 0;
        for (CaseId id : store.pastDue(now, MOST)) {
            if (!Deadline.allowsMore()) {
                break;
            }
            rearmed += each("re-arm case " + id, () -> rearm(id, now)) != null ? 1 : 0;
        }
        return rearmed;
    }

    private @Nullable Case rearm(CaseId id, Instant now) {
        Case current = store.find(id).orElse(null);
        Instant late = current == null ? null : current.overdueFrom();
        Instant due = current == null ? null : current.due();
        if (current == null || late == null || due == null || late.isAfter(now)) {
            return null;
        }
        return store.save(current.change().timed(due.isAfter(now) ? due : now).done());
    }

    /** When the oldest open case was opened; now when none is. No case is older than its launch, whose time is in its id. */
    private Instant oldest(Instant now) {
        List<CaseId> open = store.pastDue(now.plus(ANY_TIMER), MOST).stream()
                .sorted(Comparator.comparing(CaseId::launchedAt))
                .toList();
        Instant oldest = now;
        for (CaseId id : open) {
            if (!id.launchedAt().isBefore(oldest)) {
                break;
            }
            Instant opened = openedAt(id).orElse(now);
            oldest = opened.isBefore(oldest) ? opened : oldest;
        }
        return oldest;
    }

    /** Of a case that can't be read its launch is known. */
    private Optional<Instant> openedAt(CaseId id) {
        try {
            return store.find(id).map(Case::openedAt);
        } catch (UnreadableCaseException unreadable) {
            return Optional.of(id.launchedAt());
        }
    }

    private void missed(Instant now, BatchLookups lookups, List<Case> opened) {
        List<ScalingGroup> optedIn = groups.tagged(Settings.OPT_IN_KEY, settings.optInValue()).stream()
                .filter(group -> settings.looksAt(group.name()))
                .toList();
        opened.addAll(held(optedIn, now, lookups));
        List<InstanceId> serving = optedIn.stream()
                .map(ScalingGroup::members)
                .flatMap(List::stream)
                .filter(Member::inService)
                .map(Member::instance)
                .toList();
        Instant oldest = now.minus(settings.launchWindow());
        lookups.expect(serving);
        for (InstanceId instance : serving) {
            if (!Deadline.allowsMore()) {
                return;
            }
            Instances.Facts facts = lookups.facts(instance);
            boolean launched = facts != null && facts.launchedAt().isAfter(oldest);
            if (facts != null && (launched || patchArrivals.due(instance, now))) {
                Case found = each(
                        "look for a case of " + instance,
                        () -> launched ? missed(instance, facts, lookups) : patchArrivals.look(instance, now, lookups));
                if (found != null) {
                    opened.add(found);
                }
            }
        }
    }

    /** Instances that wait at the launch gate and have no case: their event was lost. */
    private List<Case> held(List<ScalingGroup> groups, Instant now, BatchLookups lookups) {
        List<Case> found = new ArrayList<>();
        List<Instant> since = new ArrayList<>();
        Map<GroupName, List<InstanceId>> intoPools = intoPools(groups);
        for (ScalingGroup group : groups) {
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
                    Case held = each(
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
     * Those on their way into a warm pool stand in no group's own list; all of the account's are read, where one is
     * gated.
     */
    private Map<GroupName, List<InstanceId>> intoPools(List<ScalingGroup> optedIn) {
        return Deadline.allowsMore()
                        && optedIn.stream().anyMatch(group -> group.warmPool() && gateArrivals.gated(group.name()))
                ? groups.waiting()
                : Map.of();
    }

    private @Nullable Case held(InstanceId instance, Instant launchedAt, BatchLookups lookups, List<Instant> since) {
        Optional<Case> known = store.latest(instance).filter(one -> one.held() || one.releasing());
        Case found = known.isPresent()
                ? null
                : gateArrivals.found(instance, launchedAt, lookups).orElse(null);
        known.or(() -> Optional.ofNullable(found)).map(Case::gate).ifPresent(gate -> since.add(gate.heldSince()));
        return found;
    }

    private @Nullable Case missed(InstanceId instance, Instances.Facts facts, BatchLookups lookups) {
        if (known(instance, facts.launchedAt())) {
            return null;
        }
        Request request = Request.event(instance, null, null, "found by the schedule: no event told of it");
        return switch (opener.admit(request, lookups)) {
            case Admission.Opened found -> found.one();
            case Admission.Known diagnosis -> {
                opener.lifted(diagnosis.one());
                yield null;
            }
            case Admission.NotOurs ignored -> null;
        };
    }

    /** A diagnosis that a person asked for is not the launch's own case. */
    private boolean known(InstanceId instance, Instant launchedAt) {
        return store.latest(instance)
                .filter(one -> one.id().launchedAt().getEpochSecond() == launchedAt.getEpochSecond())
                .filter(one -> !one.observeOnly())
                .isPresent();
    }

    /** Work on one case, or null where it failed. A case that another invocation has changed meanwhile needs nothing. */
    private @Nullable Case each(String what, Work<@Nullable Case> work) {
        try {
            return work.get();
        } catch (ConflictException movedOn) {
            return null;
        } catch (AwsFailureException | UnreadableCaseException fault) {
            notifier.fault(clock.now(), "the schedule could not " + what + "; it goes on with the others", fault);
            return null;
        }
    }

    /** Work that may have no result. */
    private interface Work<T extends @Nullable Object> {
        T get();
    }

    /** The parts of a tick, each done whatever became of the others. */
    private final class Parts {
        private final List<RuntimeException> faults = new ArrayList<>();
        private int parts;

        int done(String what, int otherwise, Work<Integer> work) {
            parts++;
            try {
                return work.get();
            } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
                faults.add(fault);
                notifier.fault(clock.now(), "the schedule could not " + what + "; it goes on", fault);
                return otherwise;
            }
        }

        void throwIfAllFailed() {
            if (faults.size() == parts) {
                throw faults.getFirst();
            }
        }
    }
}
