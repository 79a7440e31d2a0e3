package launchguard.intake;

import java.util.ArrayList;
import java.util.List;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.cases.Case;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.steps.CaseRunner;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;

/** Opens or ends cases by events of launches. */
public final class LaunchArrivals {
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final CaseRunner runner;
    private final CaseJoiner joiner;

    public LaunchArrivals(StepStore store, Notifier notifier, CaseRunner runner, CaseJoiner joiner) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.runner = runner;
        this.joiner = joiner;
    }

    public SignalResult launched(Signal.InstanceLaunched launched, BatchLookups lookups) {
        return joiner.arrived(
                        Request.event(launched.instance(), null, null, "Auto Scaling reports the launch"), lookups)
                .result();
    }

    /** The instance of a failed launch is gone or leaving, so its case ends now and not at its timer. */
    public SignalResult failed(Signal.LaunchFailed failed, BatchLookups lookups) {
        InstanceId instance = failed.instance();
        Case open = store.latest(instance).filter(latest -> !latest.ended()).orElse(null);
        if (open == null) {
            return SignalResult.done(notifier.ignored(
                    clock.now(), Outcome.ignored(instance, "the launch failed, and no case is open for it")));
        }
        Instances.Facts facts = lookups.facts(instance);
        Groups.Place place = lookups.place(instance);
        // For some seconds EC2 still runs an instance that Auto Scaling is terminating.
        boolean gone = facts != null && (!facts.running() || (place != null && place.terminating()));
        if (store.sendAgain(open) || !gone) {
            return SignalResult.done(Outcome.of(open));
        }
        List<Case> toProbe = new ArrayList<>();
        return new Arrival(Outcome.of(runner.gone(open, toProbe)), toProbe).result();
    }
}
