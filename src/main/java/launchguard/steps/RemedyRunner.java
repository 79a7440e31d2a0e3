package launchguard.steps;

import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.store.CaseClock;

/** Takes a remedy through its steps: sends what was decided, recovers what may have been sent, follows what runs. */
public final class RemedyRunner {
    private final CaseClock clock;
    private final RemedySender sender;
    private final IntentRecovery recovery;
    private final RemedyFollower follower;

    public RemedyRunner(CaseClock clock, RemedySender sender, IntentRecovery recovery, RemedyFollower follower) {
        this.clock = clock;
        this.sender = sender;
        this.recovery = recovery;
        this.follower = follower;
    }

    /** Resumes a stored intent: it may have been carried out. */
    Case resume(Case current, Intended intended) {
        return clock.hasCome(current.due()) ? recovery.resume(current, intended) : current;
    }

    Case follow(Case current, Running running) {
        return follower.follow(current, running);
    }

    Case follow(Case current, Deploying deploying) {
        return follower.follow(current, deploying);
    }

    Case follow(Case current, Replacing replacing) {
        return follower.follow(current, replacing);
    }

    /** Carries out at once what was decided, and what follows from that. */
    Case carryOut(Case from, Case to) {
        Case before = from;
        Case after = to;
        while (after.version() != before.version()
                && after.step() instanceof Intended intended
                && intended.lookedInVain() == null) {
            before = after;
            after = sender.carryOut(after, intended);
        }
        return after;
    }
}
