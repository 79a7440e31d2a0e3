package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.ConflictException;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.settings.Settings;
import launchguard.signal.Signal;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Opens cases after patching: at the end of Patch Manager's work, and once a day for hosts that patch themselves. */
public final class PatchArrivals {
    /** The interval of the stack's schedule: each tick checks its share of the instances. */
    private static final Duration TICK = Duration.ofMinutes(15);

    private static final long TICKS_OF_A_DAY = Duration.ofDays(1).dividedBy(TICK);

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final CaseOpener opener;

    public PatchArrivals(Settings settings, StepStore store, Notifier notifier, CaseOpener opener) {
        this.settings = settings;
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.opener = opener;
    }

    public SignalResult patched(Signal.Patched patched, BatchLookups lookups) {
        Admission admission = settings.afterPatch()
                ? admit(patched.instance(), patched.by(), "patching ended: " + patched.by(), lookups)
                : new Admission.NotOurs("LAUNCH_GUARD_AFTER_PATCH is off");
        return switch (admission) {
            case Admission.Opened opened ->
                new SignalResult(new Reply.One(Outcome.of(opened.current())), List.of(opened.current()));
            case Admission.Known known -> SignalResult.done(Outcome.of(known.current()));
            case Admission.NotOurs notOurs ->
                SignalResult.done(notifier.ignored(clock.now(), Outcome.ignored(patched.instance(), notOurs.reason())));
        };
    }

    /** Whether the instance is checked in this tick of the schedule: each instance has one tick a day. */
    boolean due(InstanceId instance, Instant now) {
        return settings.afterPatch()
                && Math.floorMod(instance.hashCode(), TICKS_OF_A_DAY) == tick(now) % TICKS_OF_A_DAY;
    }

    /** The case of the daily check; null where there is nothing to probe. */
    @Nullable
    Case probeDaily(InstanceId instance, Instant now, BatchLookups lookups) {
        Instant due = Instant.EPOCH.plus(TICK.multipliedBy(tick(now)));
        // The stored name of a daily probe, as earlier versions stored it too.
        return admit(instance, "the day's look " + due, "the daily probe of " + due, lookups)
                        instanceof Admission.Opened opened
                ? opened.current()
                : null;
    }

    private static long tick(Instant now) {
        return now.getEpochSecond() / TICK.toSeconds();
    }

    private Admission admit(InstanceId instance, String which, String said, BatchLookups lookups) {
        Optional<Case> latest = store.latest(instance);
        if (latest.isPresent() && which.equals(latest.get().afterPatch())) {
            store.sendAgain(latest.get());
            return neverProbed(latest.get()) ? new Admission.Opened(latest.get()) : new Admission.Known(latest.get());
        }
        Instances.Facts facts = lookups.facts(instance);
        if (facts == null || !facts.running()) {
            return new Admission.NotOurs(
                    facts == null ? "EC2 does not know this instance" : "the instance is not running");
        }
        Groups.Place place = lookups.place(instance);
        if (place == null || place.warmed()) {
            return new Admission.NotOurs("the instance is in no Auto Scaling group, or in a warm pool");
        }
        String unwanted = opener.unwanted(facts, place.group(), lookups);
        if (unwanted != null) {
            return new Admission.NotOurs(unwanted);
        }
        Optional<Case> own = latest.filter(newest -> sameLaunch(newest, facts.launchedAt()));
        boolean launching = clock.now().isBefore(facts.launchedAt().plus(settings.launchWindow()));
        if (own.isEmpty() && launching) {
            return new Admission.NotOurs("the instance is being launched: the case of its launch probes it");
        }
        if (own.isPresent() && !own.get().ended()) {
            return open(own.get(), which, said);
        }
        CaseId id = own.map(newest -> newest.id().next()).orElseGet(() -> new CaseId(instance, facts.launchedAt(), 1));
        return opened(id, place.group(), which, said);
    }

    /**
     * An open case of a launch probes by itself. A probe that was sent already may have come before this end of
     * patching.
     */
    private Admission open(Case current, String which, String said) {
        if (current.afterPatch() == null) {
            return new Admission.Known(current);
        }
        Instant now = clock.now();
        return new Admission.Opened(store.save(current.change()
                .afterPatch(which)
                .step(new ToProbe(now), now.plus(RecheckQueue.LONGEST))
                .noted(now, said)
                .done()));
    }

    private Admission opened(CaseId id, GroupName group, String which, String said) {
        Instant now = clock.now();
        Case current = Case.opened(
                        id, group, now, now.plus(settings.launchWindow()), now, now.plus(RecheckQueue.LONGEST))
                .change()
                .observeOnly()
                .afterPatch(which)
                .noted(now, said)
                .done();
        try {
            Case opened = store.open(current);
            notifier.opened(now, opened);
            return new Admission.Opened(opened);
        } catch (ConflictException other) {
            Case stored = store.latest(id.instance()).orElseThrow(() -> other);
            store.sendAgain(stored);
            return new Admission.Known(stored);
        }
    }

    private static boolean sameLaunch(Case current, Instant launchedAt) {
        return current.id().launchedAt().getEpochSecond() == launchedAt.getEpochSecond();
    }

    private boolean neverProbed(Case current) {
        return current.step() instanceof ToProbe next
                && current.finding().verdict() == null
                && clock.hasCome(next.notBefore());
    }
}
