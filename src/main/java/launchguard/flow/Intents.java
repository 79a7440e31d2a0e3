package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.Document;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Running;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.guard.Ledger;

/** Takes up intents of which nobody knows whether they were carried out. */
final class Intents {
    private static final Duration CLOCKS_APART = Duration.ofMinutes(15);

    /** An older diagnosis is not acted on, and the claim on the group lasts no longer. */
    private static final Duration FRESH = Duration.ofMinutes(15);

    private final Rooms rooms;
    private final Remedies remedies;
    private final Attempts attempts;
    private final Aftermath aftermath;

    Intents(Rooms rooms, Remedies remedies, Attempts attempts, Aftermath aftermath) {
        this.rooms = rooms;
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
        if (now.isAfter(intended.at().plus(FRESH))) {
            return aftermath.probeNow(one.change()
                    .noted(now, "decided too long ago, and never sent: asks anew")
                    .done());
        }
        if (intended.action() instanceof Replace) {
            return replaceLate(one, intended, now);
        }
        boolean certain = intended.lookedInVain() != null;
        // Whoever stores this is the only one who may send: a second look of somebody else finds another version.
        return rooms.store()
                .save(one.change()
                        .step(
                                new Intended(
                                        intended.action(), intended.attempt(), intended.at(), certain ? null : now),
                                now.plus(Decider.INTENT_TIMER))
                        .noted(
                                now,
                                certain
                                        ? "was not sent: intended anew"
                                        : "not found at AWS; looked for once more before it is sent")
                        .done());
    }

    /**
     * Marking an instance unhealthy leaves nothing to look for, and does no harm twice. It counts from now on: others may
     * have been replaced since it was decided, and the budget holds for what takes effect.
     */
    private Case replaceLate(Case one, Intended intended, Instant now) {
        Ledger ledger = rooms.store().ledger(one.group()).delayed(one.id(), now);
        if (!ledger.within(rooms.settings().limits(), one.id(), now)) {
            return aftermath.probeNow(one.change()
                    .noted(now, "never sent, and the group's budget was spent meanwhile: asks anew")
                    .done());
        }
        return rooms.store()
                .save(
                        one.change()
                                .step(
                                        new Intended(intended.action(), intended.attempt(), intended.at(), null),
                                        now.plus(Decider.INTENT_TIMER))
                                .noted(now, "was not sent: intended anew")
                                .done(),
                        ledger);
    }

    private Optional<Case> found(Case one, Intended intended) {
        Instant since = intended.at().minus(CLOCKS_APART);
        String marker = Remedies.marker(one, intended);
        return switch (intended.action()) {
            case Restart ignored -> command(one, intended, Document.RESTART, marker, since);
            case Redeploy ignored -> command(one, intended, Document.REDEPLOY, marker, since);
            case RedeployGroup deploy ->
                rooms.groupDeployments()
                        .created(deploy.group(), marker, since)
                        .map(deployment -> followed(remedies.deploying(one, intended, deploy, deployment)));
            case Replace ignored -> Optional.empty();
        };
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
