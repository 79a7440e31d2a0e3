package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.guard.Action;
import launchguard.guard.Attempt;
import launchguard.guard.Refusal;
import launchguard.verdict.Ownership;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** What follows a remedy's end: it is proved, tried later, or the next rung is taken. */
final class Aftermath {
    private static final Duration BUSY_TIMER = Duration.ofMinutes(2);

    private final Rooms rooms;
    private final Ledgers ledgers;
    private final Judge judge;
    private final Decider decider;
    private final Halt halt;

    Aftermath(Rooms rooms, Judge judge, Decider decider, Halt halt) {
        this.rooms = rooms;
        this.ledgers = new Ledgers(rooms);
        this.judge = judge;
        this.decider = decider;
        this.halt = halt;
    }

    /** Stores how a remedy ended, and goes on. */
    Case of(Case one, Attempt attempt, String words, Refusal.@Nullable Name busy) {
        Instant now = rooms.now();
        String said = Decider.word(attempt.action()) + " ended: " + words;
        Case after = one.change().attempted(attempt).noted(now, said).done();
        rooms.teller().step(now, after, said);
        return switch (attempt.end()) {
            case PROVED -> probeNow(after);
            case BUSY -> later(after, words, busy, now);
            case NOT_POSSIBLE, BROKE -> nextRung(after);
        };
    }

    /** Asks the instance at once; the claim on the group's availability ends here. */
    Case probeNow(Case one) {
        return probe(one, Duration.ZERO, Decider.INTENT_TIMER);
    }

    /** The application may be down, so the next rung follows at once from the evidence that led to this one. */
    private Case nextRung(Case one) {
        String evidence = one.memory().evidence();
        if (evidence == null) {
            return probeNow(one);
        }
        Verdict verdict = judge.judge(one, evidence).verdict();
        // Only a new look tells whether the redeployment left untouched what was its own by the time of its start alone.
        boolean perhapsUntouched = verdict.ownership() == Ownership.TIME
                && one.attempts().getLast().action() instanceof Action.Redeploy;
        return perhapsUntouched ? probeNow(one) : decider.decide(one, verdict);
    }

    private Case later(Case one, String words, Refusal.@Nullable Name refusal, Instant now) {
        Finding finding =
                refusal == null ? one.finding().because(words) : one.finding().refused(refusal.name(), words);
        if (!now.plus(BUSY_TIMER).isBefore(one.windowEnds())) {
            return halt.end(one, Status.ESCALATED, finding.because(one.finding().reason() + " " + words));
        }
        return halt.counted(one, probe(halt.told(one.change().finding(finding).done()), BUSY_TIMER, BUSY_TIMER));
    }

    private Case probe(Case one, Duration after, Duration timer) {
        Instant now = rooms.now();
        return rooms.store()
                .save(
                        one.change()
                                .step(new ToProbe(now.plus(after)), now.plus(timer))
                                .done(),
                        ledgers.released(one));
    }
}
