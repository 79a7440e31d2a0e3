package launchguard.steps;

import launchguard.aws.Instances;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.settings.Settings;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Decides what follows when an instance did not answer the probe. */
public final class UnansweredProbe {
    private final Settings settings;
    private final InstanceLookup lookup;
    private final AbsenceCheck absence;
    private final CaseCloser closer;
    private final DecisionStep decisionStep;

    public UnansweredProbe(
            Settings settings,
            InstanceLookup lookup,
            AbsenceCheck absence,
            CaseCloser closer,
            DecisionStep decisionStep) {
        this.settings = settings;
        this.lookup = lookup;
        this.absence = absence;
        this.closer = closer;
        this.decisionStep = decisionStep;
    }

    /**
     * Decides what follows if an instance did not answer. EC2 shows whether it still runs: SSM accepts commands for a
     * stopped instance and refuses them for a new one, and the role allows none to an instance without the opt-in tag.
     */
    Case judge(Case current, Verdict verdict) {
        Instances.Facts facts = lookup.facts(current);
        return absence.of(current, facts)
                .orElseGet(() -> decide(current.change().unknownSince(null).done(), facts, verdict));
    }

    private Case decide(Case current, Instances.@Nullable Facts facts, Verdict verdict) {
        // Null where only Auto Scaling knows the instance: tags come from EC2, so the opt-in can't be read again.
        return facts == null || settings.optInValue().equals(facts.tags().get(Settings.OPT_IN_KEY))
                ? decisionStep.decide(current, verdict)
                : closer.end(
                        current.change()
                                .finding(CaseCloser.found(current, verdict))
                                .done(),
                        Status.REFUSED,
                        new Refusal(Refusal.Name.OPTED_OUT, "the opt-in tag is no longer on the instance"));
    }
}
