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
import launchguard.aws.AwsFailureException;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.InstancesRefusedException;
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
import launchguard.verdict.Verdict.Unreachable;

/** Sends the probe. It only reads, so sending it twice does no harm. */
public final class Prober {
    /** On the instance the probe waits for cloud-init this long, so that its end comes before the case's timer rings. */
    private static final Duration WAIT = Duration.ofMinutes(14);

    /** A fresh instance registers with SSM within minutes; a command waits for that. */
    private static final int DELIVERY_SECONDS = 600;

    private static final Duration TIMER_LEFT = Duration.ofMinutes(10);

    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final Notifier notifier;
    private final DecisionStep decisionStep;
    private final Workers workers;

    public Prober(
            CaseClock clock,
            StepStore store,
            Commands commands,
            Notifier notifier,
            DecisionStep decisionStep,
            Workers workers) {
        this.clock = clock;
        this.store = store;
        this.commands = commands;
        this.notifier = notifier;
        this.decisionStep = decisionStep;
        this.workers = workers;
    }

    /** Collects faults of single cases, so that the others are probed all the same. */
    public interface Faults {
        void add(Case current, RuntimeException fault);
    }

    /** Probes one case and gives it as it is then. */
    public Case send(Case current) {
        return sendSome(List.of(current), (same, fault) -> {
                    throw fault;
                })
                .getFirst();
    }

    /** Sends one command to all of them, or as few as SSM's refusals make necessary; gives each case as it is then. */
    public List<Case> send(List<Case> cases, Faults faults) {
        List<Case> sent = new ArrayList<>();
        for (int from = 0; from < cases.size(); from += Commands.MOST) {
            sent.addAll(sendSome(cases.subList(from, Math.min(cases.size(), from + Commands.MOST)), faults));
        }
        return sent;
    }

    private List<Case> sendSome(List<Case> cases, Faults faults) {
        CommandId command;
        try {
            command = commands.send(
                    Document.PROBE,
                    cases.stream().map(one -> one.id().instance()).toList(),
                    Map.of("waitSeconds", String.valueOf(WAIT.toSeconds()), "deploymentId", ""),
                    "launch-guard probe",
                    DELIVERY_SECONDS);
        } catch (InstancesRefusedException refused) {
            if (cases.size() == 1) {
                return each(cases, one -> decisionStep.unheard(one, new Unreachable(refused.why())), faults);
            }
            // SSM does not say which id it refuses: halves find it without failing the others.
            int half = cases.size() / 2;
            List<Case> sent = new ArrayList<>(sendSome(cases.subList(0, half), faults));
            sent.addAll(sendSome(cases.subList(half, cases.size()), faults));
            return sent;
        } catch (AwsFailureException fault) {
            cases.forEach(one -> faults.add(one, fault));
            return List.of();
        }
        return each(cases, one -> probing(one, command), faults);
    }

    private List<Case> each(List<Case> cases, UnaryOperator<Case> change, Faults faults) {
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

    private Case probing(Case current, CommandId command) {
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
            // The lost answer of its own write looks the same: then the recheck of that step is still to be sent.
            Case stored = store.find(current.id()).orElse(current);
            store.sendAgain(stored);
            return stored;
        }
    }
}
