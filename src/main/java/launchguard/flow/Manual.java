package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.flow.Intake.Admission;
import launchguard.flow.Intake.Request;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Refusal;
import launchguard.model.InstanceId;
import launchguard.report.Outcome;
import launchguard.signal.Signal.GroupAsked;
import launchguard.signal.Signal.InstanceAsked;
import launchguard.signal.Signal.Wish;

/** Answers people: the only signals whose answer waits for the probe. */
final class Manual {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Rooms rooms;
    private final Intake intake;
    private final CaseSteps steps;

    Manual(Rooms rooms, Intake intake, CaseSteps steps) {
        this.rooms = rooms;
        this.intake = intake;
        this.steps = steps;
    }

    List<Outcome> ask(GroupAsked asked) {
        Optional<ScalingGroup> group = rooms.groups().describe(asked.group());
        if (group.isEmpty()) {
            return List.of(
                    Outcome.ignored(null, "there is no Auto Scaling group " + asked.group() + " in this region"));
        }
        // Nobody waits for a whole group: each case goes on by itself.
        return group.get().members().stream()
                .map(Member::instance)
                .map(instance -> ask(new InstanceAsked(instance, asked.wish(), Duration.ZERO)))
                .toList();
    }

    Outcome ask(InstanceAsked asked) {
        InstanceId instance = asked.instance();
        if (asked.wish() == Wish.REMEDIATE && !rooms.settings().limits().remediate()) {
            Finding refused = Finding.NONE.refused(
                    Refusal.Name.OBSERVE_MODE.name(),
                    "The function is in observe mode and changes nothing; set LAUNCH_GUARD_MODE=remediate first.");
            return new Outcome(instance, Status.REFUSED, refused, null, null);
        }
        Admission admission = intake.admit(
                new Request(instance, null, null, true, asked.wish() == Wish.DIAGNOSE, "asked for by hand"));
        return switch (admission) {
            case Admission.NotOurs notOurs -> Outcome.ignored(instance, notOurs.reason());
            case Admission.Known known -> Outcome.of(patiently(known.one(), asked.patience()));
            case Admission.Opened opened -> Outcome.of(patiently(opened.one(), asked.patience()));
        };
    }

    /** Sends the probe where none is on its way, and looks for its end until patience ends. */
    private Case patiently(Case one, Duration patience) {
        Instant end = rooms.now().plus(patience);
        Case now = one.step() instanceof ToProbe
                ? steps.prober().send(List.of(one)).getFirst()
                : one;
        now = steps.advance(now);
        while (now.step() instanceof Probing && rooms.now().isBefore(end)) {
            try {
                rooms.pause().of(LOOK);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return now;
            }
            now = steps.advance(now);
        }
        return now;
    }
}
