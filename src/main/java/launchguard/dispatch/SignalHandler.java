package launchguard.dispatch;

import java.util.ArrayList;
import java.util.List;
import launchguard.cases.Case;
import launchguard.intake.BatchLookups;
import launchguard.intake.Reply;
import launchguard.intake.SignalResult;
import launchguard.model.InstanceId;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import org.jspecify.annotations.Nullable;

/** Handles signals, one or a batch: begins them, and sends their probes together. */
public final class SignalHandler {
    private final BatchLookups.Source lookups;
    private final SignalRouter router;
    private final BatchProbes probes;

    SignalHandler(BatchLookups.Source lookups, SignalRouter router, BatchProbes probes) {
        this.lookups = lookups;
        this.router = router;
        this.probes = probes;
    }

    /** Does what the signal asks for, and answers. */
    public Reply handle(Signal signal) {
        SignalResult begun = begin(signal, lookups(List.of(signal), false));
        ProbeResults all = probe(begun.toProbe());
        begun.throwFault();
        all.throwFirst();
        List<Case> probed = all.cases();
        return switch (begun.reply()) {
            case Reply.One single -> probed.isEmpty() ? single : new Reply.One(Outcome.of(probed.getFirst()));
            case Reply.OfDeployment some -> new Reply.OfDeployment(with(some.outcomes(), probed));
            case Reply.OfGroup some -> new Reply.OfGroup(with(some.outcomes(), probed));
            case Reply.Reconciled reconciled -> reconciled;
        };
    }

    private static List<Outcome> with(List<Outcome> outcomes, List<Case> probed) {
        List<Outcome> newer = new ArrayList<>(outcomes);
        for (Case current : probed) {
            newer.replaceAll(
                    outcome -> current.id().toString().equals(outcome.caseId()) ? Outcome.of(current) : outcome);
        }
        return newer;
    }

    /**
     * The order of a batch's signals. Those that name both instance and deployment come first: the case that they open
     * needs no change by the others, and CodeDeploy need not be asked which instances a deployment went to.
     */
    public static int order(Signal signal) {
        return signal instanceof Signal.InstanceDeployed ? 0 : 1;
    }

    /** The one instance that a signal is about; null where it may be about several. */
    public static @Nullable InstanceId subject(Signal signal) {
        return switch (signal) {
            case Signal.InstanceLaunched launched -> launched.instance();
            case Signal.LaunchFailed failed -> failed.instance();
            case Signal.InstanceHeld held -> held.instance();
            case Signal.InstanceDeployed deployed -> deployed.instance();
            case Signal.CommandEnded ended -> ended.instance();
            case Signal.Patched patched -> patched.instance();
            case Signal.Recheck recheck -> recheck.caseId().instance();
            case Signal.InstanceAsked asked -> asked.instance();
            case Signal.DeploymentEnded ignored -> null;
            case Signal.GroupAsked ignored -> null;
            case Signal.ScheduleTick ignored -> null;
            case Signal.NotOurs ignored -> null;
        };
    }

    /**
     * The look-ups for signals that are handled together; at low priority no read is made while CodeDeploy throttles.
     */
    public BatchLookups lookups(List<Signal> signals, boolean lowPriority) {
        return lookups.forBatch(signals, lowPriority);
    }

    /** Does what the signal asks for, except sending probes. */
    public SignalResult begin(Signal signal, BatchLookups lookups) {
        return router.begin(signal, lookups);
    }

    /** Sends the probes of a whole batch; what fails for one case fails no other. */
    public ProbeResults probe(List<Case> cases) {
        return probes.send(cases);
    }

    /** Reads the results of the probes that ended by these signals, by one call for each command. */
    public void readResults(List<Signal> signals) {
        probes.readResults(signals);
    }
}
