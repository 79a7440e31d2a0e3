package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.aws.Deadline;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.ConflictException;
import launchguard.steps.CaseRunner;
import launchguard.steps.Prober;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;

/** Probes one case while its requester waits for the verdict. */
public final class VerdictWait {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final CaseClock clock;
    private final Sleeper sleeper;
    private final StepStore store;
    private final CaseRunner runner;
    private final Prober prober;

    public VerdictWait(Sleeper sleeper, StepStore store, CaseRunner runner, Prober prober) {
        this.clock = store.clock();
        this.sleeper = sleeper;
        this.store = store;
        this.runner = runner;
        this.prober = prober;
    }

    /** Sends a probe if none is under way, and waits for its end until patience ends. */
    Case probed(Case current, Duration patience) {
        Instant end = clock.now().plus(patience);
        Case now = current;
        try {
            if (current.step() instanceof ToProbe) {
                now = prober.send(current);
            }
            while (now.step() instanceof Probing && clock.now().isBefore(end) && Deadline.allowsMore()) {
                sleeper.sleep(LOOK);
                List<Case> toProbe = new ArrayList<>();
                now = runner.advance(now, toProbe);
                now = toProbe.isEmpty() ? now : prober.send(now);
            }
            return now;
        } catch (ConflictException movedOn) {
            // An event has opened the case already. Starting again would open a second case where the first has ended
            // by now.
            return store.find(current.id()).orElse(now);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return now;
        }
    }
}
