package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.Document;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.Status;
import launchguard.flow.Diagnoser.Judgement;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.guard.GroupState.Member;

/** Takes up intents of which nobody knows whether they were carried out. */
final class IntentRecovery {
    private static final Duration CLOCKS_APART = Duration.ofMinutes(15);

    /** An older diagnosis is not acted on, and the claim on the group lasts no longer. */
    static final Duration FRESH = Duration.ofMinutes(15);

    private final Rooms rooms;
    private final RemedySender remedies;
    private final RemedyFollower attempts;
    private final RemedyOutcome aftermath;
    private final Diagnoser judge;
    private final DecisionStep decider;
    private final CaseCloser halt;
    private final Absence absence;

    IntentRecovery(
            Rooms rooms,
            RemedySender remedies,
            RemedyFollower attempts,
            RemedyOutcome aftermath,
            Diagnoser judge,
            DecisionStep decider,
            CaseCloser halt) {
        this.rooms = rooms;
        this.judge = judge;
        this.decider = decider;
        this.halt = halt;
        this.absence = new Absence(rooms, halt);
        this.remedies = remedies;
        this.attempts = attempts;
        this.aftermath = aftermath;
    }

    /** What was sent is followed; what was not, and only what two looks did not find, is intended anew. */
    Case resume(Case one, Intended intended) {
        return found(one, intended).orElseGet(() -> absent(one, intended));
    }

    private Case absent(Case one, Intended intended) {
        Instant now = rooms.now();
        if (!now.isBefore(one.windowEnds())) {
            return halt.end(
                    one,
                    Status.ESCALATED,
                    CaseCloser.free(one)
                            .because(one.finding().reason()
                                    + " The remedy could not be sent before the launch window ended."));
        }
        if (now.isAfter(intended.at().plus(FRESH))) {
            return aftermath.probeNow(one.change()
                    .noted(now, "decided too long ago, and never sent: asks anew")
                    .done());
        }
        return switch (intended.action()) {
            case Restart ignored -> lookedTwice(intended) ? decideAnew(one, now) : lookOnceMore(one, intended, now);
            case Redeploy ignored -> lookedTwice(intended) ? decideAnew(one, now) : lookOnceMore(one, intended, now);
            case RedeployGroup ignored -> lookedTwice(intended) ? askAnew(one, now) : lookOnceMore(one, intended, now);
            // What was marked shows as unhealthy, so one look tells.
            case Replace ignored -> askAnew(one, now);
        };
    }

    private static boolean lookedTwice(Intended intended) {
        return intended.lookedInVain() != null;
    }

    private Case lookOnceMore(Case one, Intended intended, Instant now) {
        return rooms.store()
                .save(one.change()
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
    private Case decideAnew(Case one, Instant now) {
        Judgement last = judge.again(one);
        Case noted = one.change().noted(now, "was not sent: decided anew").done();
        return last == null ? aftermath.probeNow(noted) : decider.decide(noted, last.verdict(), last.loss());
    }

    /** No document checks on an instance that is replaced, nor on those of a whole group: a new look does. */
    private Case askAnew(Case one, Instant now) {
        return aftermath.probeNow(
                one.change().noted(now, "was not sent: asks anew").done());
    }

    private Optional<Case> found(Case one, Intended intended) {
        Instant since = intended.at().minus(CLOCKS_APART);
        String marker = RemedySender.marker(one, intended);
        return switch (intended.action()) {
            case Restart ignored -> command(one, intended, Document.RESTART, marker, since);
            case Redeploy ignored -> command(one, intended, Document.REDEPLOY, marker, since);
            case RedeployGroup deploy ->
                rooms.groupDeployments()
                        .created(deploy.group(), marker, since)
                        .map(deployment -> followed(remedies.deploying(one, intended, deploy, deployment)));
            case Replace ignored -> marked(one) ? Optional.of(remedies.replacing(one, intended)) : Optional.empty();
        };
    }

    /** An answer that was lost may have been of a call that took effect. */
    private boolean marked(Case one) {
        Member member = absence.member(one);
        return member == null || member.ending() || !member.healthy();
    }

    private Optional<Case> command(Case one, Intended intended, Document document, String marker, Instant since) {
        return rooms.commands()
                .sent(document, marker, since)
                .map(command -> followed(remedies.running(one, intended, command)));
    }

    /** Its end may have been told while nobody knew of its beginning. */
    private Case followed(Case one) {
        return switch (one.step()) {
            case Running running -> attempts.follow(one, running);
            case Deploying deploying -> attempts.follow(one, deploying);
            default -> one;
        };
    }
}
