package launchguard.intake;

import java.util.ArrayList;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.steps.CaseRunner;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;

/** Opens the case that an event asks for, or brings the event to the case that there is. */
public final class CaseJoiner {
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final CaseOpener opener;
    private final CaseRunner runner;
    private final GateReports gateReports;

    public CaseJoiner(
            StepStore store, Notifier notifier, CaseOpener opener, CaseRunner runner, GateReports gateReports) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.opener = opener;
        this.runner = runner;
        this.gateReports = gateReports;
    }

    Arrival arrived(Request request, BatchLookups lookups) {
        Admission admission = opener.admit(request, lookups);
        return switch (admission) {
            case Admission.NotOurs notOurs ->
                new Arrival(
                        notifier.ignored(clock.now(), Outcome.ignored(request.instance(), notOurs.reason())),
                        List.of());
            case Admission.Opened opened -> new Arrival(Outcome.of(opened.current()), List.of(opened.current()));
            case Admission.Known known -> joined(opener.lifted(known.current()), request, lookups);
        };
    }

    /**
     * An event about an instance that has a case: a newer deployment becomes the one that the case is about; a late
     * event of an earlier one changes nothing.
     */
    private Arrival joined(Case before, Request news, BatchLookups lookups) {
        Case stored = gateReports.inService(before, news, lookups);
        Case known = gateReports.deployed(stored, news);
        if (known.ended() || news.deployment() == null) {
            return new Arrival(Outcome.of(known), lost(known));
        }
        if (known.step() instanceof Deploying ours && ours.deployment().equals(news.deployment())) {
            List<Case> toProbe = new ArrayList<>();
            return new Arrival(Outcome.of(runner.advance(stored, toProbe)), toProbe);
        }
        boolean newer = !known.about(news.deployment());
        String earlier = newer ? gateReports.ofAnEarlierBoot(stored, news.deployment()) : null;
        if (earlier != null) {
            return new Arrival(notifier.ignored(clock.now(), Outcome.ignored(news.instance(), earlier)), List.of());
        }
        // A deployment to an instance that the gate holds is its launch deployment.
        String nothing = newer && !known.held() ? opener.nothingInstalled(news, lookups) : null;
        if (nothing != null) {
            return new Arrival(notifier.ignored(clock.now(), Outcome.ignored(news.instance(), nothing)), List.of());
        }
        Case updated = known;
        if (newer || (news.deployment().equals(known.deployment()) && known.deploymentGroup() == null)) {
            CaseChange change = known.change()
                    .deployment(news.deployment(), news.deploymentGroup())
                    .noted(clock.now(), news.said());
            updated = store.save((news.deployedWell() ? change.deployedWell() : change).done());
        } else if (!known.equals(stored)) {
            updated = store.save(known);
        }
        boolean waiting = updated.step() instanceof ToProbe && updated.finding().verdict() != null;
        return new Arrival(Outcome.of(updated), waiting ? List.of(updated) : lost(updated));
    }

    /** A case that was opened and never probed: the invocation that opened it died before it sent the probe. */
    private List<Case> lost(Case current) {
        return current.step() instanceof ToProbe next
                        && current.finding().verdict() == null
                        && clock.hasCome(next.notBefore())
                ? List.of(current)
                : List.of();
    }
}
