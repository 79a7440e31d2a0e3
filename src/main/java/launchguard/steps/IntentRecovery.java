package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.GroupDeployments;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.Status;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.guard.GroupState.Member;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;

/** Resumes intents that may or may not have been carried out. */
public final class IntentRecovery {
    private static final Duration CLOCKS_APART = Duration.ofMinutes(15);

    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final GroupDeployments groupDeployments;
    private final RemedySender sender;
    private final RemedyFollower follower;
    private final RemedyOutcome outcome;
    private final Diagnoser diagnoser;
    private final DecisionStep decisionStep;
    private final CaseCloser closer;
    private final AbsenceCheck absence;

    public IntentRecovery(
            CaseClock clock,
            StepStore store,
            Commands commands,
            GroupDeployments groupDeployments,
            RemedySender sender,
            RemedyFollower follower,
            RemedyOutcome outcome,
            Diagnoser diagnoser,
            DecisionStep decisionStep,
            CaseCloser closer,
            AbsenceCheck absence) {
        this.clock = clock;
        this.store = store;
        this.commands = commands;
        this.groupDeployments = groupDeployments;
        this.diagnoser = diagnoser;
        this.decisionStep = decisionStep;
        this.closer = closer;
        this.absence = absence;
        this.sender = sender;
        this.follower = follower;
        this.outcome = outcome;
    }

    /** Follows an intent that was sent; one that two lookups did not find is decided again. */
    Case resume(Case current, Intended intended) {
        return found(current, intended).orElseGet(() -> absent(current, intended));
    }

    private Case absent(Case current, Intended intended) {
        Instant now = clock.now();
        if (!now.isBefore(current.windowEnds())) {
            return closer.end(
                    current,
                    Status.ESCALATED,
                    CaseCloser.free(current)
                            .because(current.finding().reason()
                                    + " The remedy could not be sent before the launch window ended."));
        }
        if (now.isAfter(intended.at().plus(RemedyOutcome.FRESH))) {
            return outcome.probeNow(current.change()
                    .noted(now, "decided too long ago, and never sent: asks anew")
                    .done());
        }
        return switch (intended.action()) {
            case Restart ignored ->
                lookedTwice(intended) ? decideAnew(current, now) : lookOnceMore(current, intended, now);
            case Redeploy ignored ->
                lookedTwice(intended) ? decideAnew(current, now) : lookOnceMore(current, intended, now);
            case RedeployGroup ignored ->
                lookedTwice(intended) ? askAnew(current, now) : lookOnceMore(current, intended, now);
            // An instance that was marked shows as unhealthy, so one look is enough.
            case Replace ignored -> askAnew(current, now);
        };
    }

    private static boolean lookedTwice(Intended intended) {
        return intended.lookedInVain() != null;
    }

    private Case lookOnceMore(Case current, Intended intended, Instant now) {
        return store.save(current.change()
                .step(
                        new Intended(intended.action(), intended.attempt(), intended.at(), now),
                        now.plus(DecisionStep.INTENT_TIMER))
                .noted(now, "not found at AWS; looked for once more before it is decided anew")
                .done());
    }

    /**
     * With all checks, since the group may have changed; the document checks on the instance what was diagnosed. The worker
     * whose write of the new intent succeeds is the only one that sends it.
     */
    private Case decideAnew(Case current, Instant now) {
        Judgement last = diagnoser.again(current);
        Case noted = current.change().noted(now, "was not sent: decided anew").done();
        return last == null ? outcome.probeNow(noted) : decisionStep.decide(noted, last.verdict(), last.loss());
    }

    /** No document checks on an instance that is replaced, nor on those of a whole group: a new look does. */
    private Case askAnew(Case current, Instant now) {
        return outcome.probeNow(
                current.change().noted(now, "was not sent: asks anew").done());
    }

    private Optional<Case> found(Case current, Intended intended) {
        Instant since = intended.at().minus(CLOCKS_APART);
        String marker = RemedySender.marker(current, intended);
        return switch (intended.action()) {
            case Restart ignored -> command(current, intended, Document.RESTART, marker, since);
            case Redeploy ignored -> command(current, intended, Document.REDEPLOY, marker, since);
            case RedeployGroup deploy ->
                groupDeployments
                        .created(deploy.group(), marker, since)
                        .map(deployment -> followed(sender.deploying(current, intended, deploy, deployment)));
            case Replace ignored ->
                marked(current) ? Optional.of(sender.replacing(current, intended)) : Optional.empty();
        };
    }

    /** An answer that was lost may have been of a call that took effect. */
    private boolean marked(Case current) {
        Member member = absence.member(current);
        return member == null || member.ending() || !member.healthy();
    }

    private Optional<Case> command(Case current, Intended intended, Document document, String marker, Instant since) {
        return commands.sent(document, marker, since)
                .map(command -> followed(sender.running(current, intended, command)));
    }

    /** Its completion event may have come before the command's id was stored. */
    private Case followed(Case current) {
        return switch (current.step()) {
            case Running running -> follower.follow(current, running);
            case Deploying deploying -> follower.follow(current, deploying);
            default -> current;
        };
    }
}
