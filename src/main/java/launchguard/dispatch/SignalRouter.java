package launchguard.dispatch;

import launchguard.intake.BatchLookups;
import launchguard.intake.ManualRequests;
import launchguard.intake.Reconciler;
import launchguard.intake.Reply;
import launchguard.intake.SignalResult;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.store.CaseClock;

/** Routes each signal to the class that handles it. */
final class SignalRouter {
    private final CaseClock clock;
    private final Notifier notifier;
    private final Arrivals arrivals;
    private final CaseSignals caseSignals;
    private final ManualRequests manualRequests;
    private final Reconciler reconciler;

    SignalRouter(
            CaseClock clock,
            Notifier notifier,
            Arrivals arrivals,
            CaseSignals caseSignals,
            ManualRequests manualRequests,
            Reconciler reconciler) {
        this.clock = clock;
        this.notifier = notifier;
        this.arrivals = arrivals;
        this.caseSignals = caseSignals;
        this.manualRequests = manualRequests;
        this.reconciler = reconciler;
    }

    /** Does what the signal asks for, except sending probes. */
    SignalResult begin(Signal signal, BatchLookups lookups) {
        return switch (signal) {
            case Signal.NotOurs notOurs ->
                SignalResult.done(notifier.ignored(clock.now(), Outcome.ignored(null, notOurs.reason())));
            case Signal.Arrival arrival -> arrivals.begin(arrival, lookups);
            case Signal.CommandEnded ended -> caseSignals.commandEnded(ended);
            case Signal.Recheck recheck -> caseSignals.recheckArrived(recheck);
            case Signal.InstanceAsked asked -> SignalResult.done(manualRequests.ask(asked, lookups));
            case Signal.GroupAsked asked -> manualRequests.ask(asked, lookups);
            case Signal.ScheduleTick ignored -> {
                Reconciler.Found found = reconciler.reconcile(lookups);
                yield new SignalResult(
                        new Reply.Reconciled(found.rearmed(), found.opened().size()), found.opened());
            }
        };
    }
}
