package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Deadline;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.ConflictException;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.cases.UnreadableCaseException;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Refusal;
import launchguard.model.InstanceId;
import launchguard.report.Outcome;
import launchguard.signal.Signal.GroupAsked;
import launchguard.signal.Signal.InstanceAsked;
import launchguard.signal.Signal.Wish;

/** Answers people: the only signals whose answer waits for the probe. */
final class ManualRequests {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Rooms rooms;
    private final CaseOpener intake;
    private final CaseRunner steps;

    ManualRequests(Rooms rooms, CaseOpener intake, CaseRunner steps) {
        this.rooms = rooms;
        this.intake = intake;
        this.steps = steps;
    }

    /** Nobody waits for a whole group: one command probes all, and each case goes on by itself. */
    Handled ask(GroupAsked asked, BatchLookups census) {
        Optional<ScalingGroup> group = rooms.groups().describe(asked.group());
        List<Outcome> outcomes = new ArrayList<>();
        List<Case> toProbe = new ArrayList<>();
        if (group.isEmpty()) {
            outcomes.add(Outcome.ignored(null, "there is no Auto Scaling group " + asked.group() + " in this region"));
        } else {
            census.expect(group.get().members().stream().map(Member::instance).toList());
            for (Member member : group.get().members()) {
                outcomes.add(oneOfMany(member.instance(), asked.wish(), toProbe, census));
            }
        }
        toProbe.removeIf(one -> !(one.step() instanceof ToProbe));
        return new Handled(new Reply.OfGroup(outcomes), toProbe);
    }

    /** What fails for one of them is its outcome, and stops none of the others. */
    private Outcome oneOfMany(InstanceId instance, Wish wish, List<Case> toProbe, BatchLookups census) {
        if (!Deadline.allowsMore()) {
            return Outcome.ignored(instance, "the invocation ends before this instance could be looked at: ask again");
        }
        try {
            return Rounds.untilStored(() -> begun(instance, wish, toProbe, census));
        } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
            rooms.teller().fault(rooms.now(), "could not look at " + instance + "; the group's others are", fault);
            return Outcome.ignored(instance, "could not be looked at: " + fault.getMessage());
        }
    }

    Outcome ask(InstanceAsked asked, BatchLookups census) {
        List<Case> cases = new ArrayList<>();
        Outcome first = begun(asked.instance(), asked.wish(), cases, census);
        // No caller reads the answer to a queued message, and waiting would delay the rest of its batch.
        Duration patience = InHand.any() ? Duration.ZERO : asked.patience();
        return cases.isEmpty() ? first : Outcome.of(patiently(cases.getFirst(), patience));
    }

    /** Opens or joins the instance's case; the case is added when there is one to go on with. */
    private Outcome begun(InstanceId instance, Wish wish, List<Case> cases, BatchLookups census) {
        if (wish == Wish.REMEDIATE && !rooms.settings().limits().remediate()) {
            Finding refused = Finding.NONE.refused(
                    Refusal.Name.OBSERVE_MODE.name(),
                    "The function is in observe mode and changes nothing; set LAUNCH_GUARD_MODE=remediate first.");
            return rooms.teller().ignored(rooms.now(), new Outcome(instance, Status.REFUSED, refused));
        }
        Request request = new Request(instance, null, null, false, true, wish == Wish.DIAGNOSE, "asked for by hand");
        Admission admission = intake.admit(request, census);
        return switch (admission) {
            case Admission.NotOurs notOurs ->
                rooms.teller().ignored(rooms.now(), Outcome.ignored(instance, notOurs.reason()));
            case Admission.Opened opened -> {
                cases.add(opened.one());
                yield Outcome.of(opened.one());
            }
            case Admission.Known known -> {
                Case one = joined(known.one(), wish);
                cases.add(one);
                yield Outcome.of(one);
            }
        };
    }

    /** Whoever asks for more than a diagnosis gets it, also of a case that began as one. */
    private Case joined(Case one, Wish wish) {
        return one.observeOnly() && wish != Wish.DIAGNOSE
                ? rooms.store()
                        .save(one.change()
                                .mayAct()
                                .noted(rooms.now(), "may act now: asked for by hand")
                                .done())
                : one;
    }

    /** Sends the probe where none is on its way, and looks for its end until patience ends. */
    private Case patiently(Case one, Duration patience) {
        Instant end = rooms.now().plus(patience);
        Case now = one;
        try {
            if (one.step() instanceof ToProbe) {
                now = steps.prober().send(one);
            }
            while (now.step() instanceof Probing && rooms.now().isBefore(end) && Deadline.allowsMore()) {
                rooms.pause().of(LOOK);
                now = steps.advance(now);
            }
            return now;
        } catch (ConflictException movedOn) {
            // An event was quicker. Beginning anew would open a second case where the first has ended by now.
            return rooms.store().find(one.id()).orElse(now);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return now;
        }
    }
}
