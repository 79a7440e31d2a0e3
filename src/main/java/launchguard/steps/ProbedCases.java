package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import launchguard.aws.RecheckQueue;
import launchguard.aws.Workers;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.ConflictException;
import launchguard.cases.TimelineKind;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;
import launchguard.store.CurrentMessage;
import launchguard.store.StepStore;

/** Stores the next steps of the cases that one probe command reached, in parallel; a fault of one case stops no other. */
public final class ProbedCases {
    private static final Duration TIMER_LEFT = Duration.ofMinutes(10);

    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final Workers workers;

    public ProbedCases(StepStore store, Notifier notifier, Workers workers) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.workers = workers;
    }

    List<Case> each(List<Case> cases, UnaryOperator<Case> change, ProbeFaults faults) {
        Map<CaseId, Case> changed = new ConcurrentHashMap<>();
        Map<CaseId, RuntimeException> failed = new ConcurrentHashMap<>();
        workers.all(cases.stream()
                .map(current -> CurrentMessage.carried(() -> {
                    try {
                        changed.put(current.id(), stored(current, () -> change.apply(current)));
                    } catch (RuntimeException fault) {
                        failed.put(current.id(), fault);
                    }
                }))
                .toList());
        List<Case> done = new ArrayList<>();
        for (Case current : cases) {
            RuntimeException fault = failed.get(current.id());
            if (fault != null) {
                faults.add(current, fault);
            } else {
                done.add(Objects.requireNonNull(changed.get(current.id())));
            }
        }
        return done;
    }

    Case probing(Case current, CommandId command) {
        Instant now = clock.now();
        Instant due = current.due();
        if (due == null || due.isBefore(now.plus(TIMER_LEFT))) {
            due = now.plus(RecheckQueue.LONGEST);
        }
        Case saved = store.save(current.change()
                .step(new Probing(command, now), due)
                .noted(now, "probe sent", new TimelineKind.ProbeSent())
                .done());
        notifier.step(now, saved, "probe sent");
        return saved;
    }

    /** A case that another invocation has changed meanwhile must not fail the others of its batch. */
    private Case stored(Case current, Supplier<Case> change) {
        try {
            return change.get();
        } catch (ConflictException movedOn) {
            // A write of its own whose answer was lost looks the same: then the recheck of that step is still to be
            // sent.
            Case stored = store.find(current.id()).orElse(current);
            store.sendAgain(stored);
            return stored;
        }
    }
}
