package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.Instances;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.Timers;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.ConflictException;
import launchguard.model.CommandId;
import launchguard.verdict.Verdict.Unreachable;

/** Sends the probe. It only reads, so sending it twice does no harm. */
final class Prober {
    /** On the instance the probe waits for cloud-init this long, so that its end comes before the case's timer rings. */
    private static final Duration WAIT = Duration.ofMinutes(14);

    /** A fresh instance registers with SSM within minutes; a command waits for that. */
    private static final int DELIVERY_SECONDS = 600;

    private static final Duration TIMER_LEFT = Duration.ofMinutes(10);

    private final Rooms rooms;
    private final Decider decider;
    private final Halt halt;

    Prober(Rooms rooms, Decider decider, Halt halt) {
        this.rooms = rooms;
        this.decider = decider;
        this.halt = halt;
    }

    /** Sends one command to all of them, or as few as SSM's refusals make necessary; gives each case as it is then. */
    List<Case> send(List<Case> cases) {
        List<Case> sent = new ArrayList<>();
        for (int from = 0; from < cases.size(); from += Commands.MOST) {
            sent.addAll(sendSome(cases.subList(from, Math.min(cases.size(), from + Commands.MOST))));
        }
        return sent;
    }

    private List<Case> sendSome(List<Case> cases) {
        try {
            CommandId command = rooms.commands()
                    .send(
                            Document.PROBE,
                            cases.stream().map(one -> one.id().instance()).toList(),
                            Map.of("waitSeconds", String.valueOf(WAIT.toSeconds()), "deploymentId", ""),
                            "launch-guard probe",
                            DELIVERY_SECONDS);
            return cases.stream().map(one -> probing(one, command)).toList();
        } catch (InstancesRefusedException refused) {
            if (cases.size() == 1) {
                return List.of(refused(cases.getFirst(), refused.why()));
            }
            // SSM does not say which id it refuses: halves find it without failing the others.
            int half = cases.size() / 2;
            List<Case> sent = new ArrayList<>(sendSome(cases.subList(0, half)));
            sent.addAll(sendSome(cases.subList(half, cases.size())));
            return sent;
        }
    }

    private Case probing(Case one, CommandId command) {
        Instant now = rooms.now();
        Instant due = one.due();
        if (due == null || due.isBefore(now.plus(TIMER_LEFT))) {
            due = now.plus(Timers.LONGEST);
            rooms.timers().ring(one.id(), Timers.LONGEST);
        }
        Instant timer = due;
        return stored(one, () -> {
            Case saved = rooms.store()
                    .save(one.change()
                            .step(new Probing(command, now), timer)
                            .noted(now, "probe sent")
                            .done());
            rooms.teller().step(now, saved, "probe sent");
            return saved;
        });
    }

    /** SSM forgets an instance that has ended, and knows a fresh one only after minutes: EC2 tells the two apart. */
    private Case refused(Case one, String why) {
        return stored(one, () -> {
            Instances.Facts facts = rooms.instances()
                    .describe(List.of(one.id().instance()))
                    .get(one.id().instance());
            return facts == null || !facts.running()
                    ? halt.gone(one, "no longer runs")
                    : decider.decide(one, new Unreachable(why));
        });
    }

    /** One case that somebody else moved on must not fail the others of its batch. */
    private Case stored(Case one, Supplier<Case> change) {
        try {
            return change.get();
        } catch (ConflictException movedOn) {
            return rooms.store().find(one.id()).orElse(one);
        }
    }
}
