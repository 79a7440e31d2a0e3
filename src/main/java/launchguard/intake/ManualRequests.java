package launchguard.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Deadline;
import launchguard.aws.Groups;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.ConflictException;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.cases.UnreadableCaseException;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Refusal;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.settings.Settings;
import launchguard.signal.Signal.GroupAsked;
import launchguard.signal.Signal.InstanceAsked;
import launchguard.signal.Signal.Wish;
import launchguard.store.CaseClock;
import launchguard.store.ConflictRetry;
import launchguard.store.CurrentMessage;
import launchguard.store.StepStore;

/** Answers manual requests, the only signals whose answer waits for the probe. */
public final class ManualRequests {
    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Groups groups;
    private final Notifier notifier;
    private final CaseOpener opener;
    private final VerdictWait verdictWait;

    public ManualRequests(
            Settings settings,
            StepStore store,
            Groups groups,
            Notifier notifier,
            CaseOpener opener,
            VerdictWait verdictWait) {
        this.settings = settings;
        this.clock = store.clock();
        this.store = store;
        this.groups = groups;
        this.notifier = notifier;
        this.opener = opener;
        this.verdictWait = verdictWait;
    }

    /** A request for a whole group does not wait for verdicts: one command probes all, and each case goes on by itself. */
    public SignalResult ask(GroupAsked asked, BatchLookups lookups) {
        Optional<ScalingGroup> group = groups.describe(asked.group());
        List<Outcome> outcomes = new ArrayList<>();
        List<Case> toProbe = new ArrayList<>();
        if (group.isEmpty()) {
            outcomes.add(Outcome.ignored(null, "there is no Auto Scaling group " + asked.group() + " in this region"));
        } else {
            lookups.expect(group.get().members().stream().map(Member::instance).toList());
            for (Member member : group.get().members()) {
                outcomes.add(oneOfMany(member.instance(), asked.wish(), toProbe, lookups));
            }
        }
        toProbe.removeIf(current -> !(current.step() instanceof ToProbe));
        return new SignalResult(new Reply.OfGroup(outcomes), toProbe);
    }

    /** A failure of one instance becomes its outcome, and stops none of the others. */
    private Outcome oneOfMany(InstanceId instance, Wish wish, List<Case> toProbe, BatchLookups lookups) {
        if (!Deadline.allowsMore()) {
            return Outcome.ignored(instance, "the invocation ends before this instance could be checked: ask again");
        }
        try {
            return ConflictRetry.untilStored(() -> begun(instance, wish, toProbe, lookups));
        } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
            notifier.fault(clock.now(), "could not check " + instance + "; the group's others go on", fault);
            return Outcome.ignored(instance, "could not be checked: " + fault.getMessage());
        }
    }

    public Outcome ask(InstanceAsked asked, BatchLookups lookups) {
        List<Case> cases = new ArrayList<>();
        Outcome first = begun(asked.instance(), asked.wish(), cases, lookups);
        // No caller reads the answer to a queued message, and waiting would delay the rest of its batch.
        Duration patience = CurrentMessage.present() ? Duration.ZERO : asked.patience();
        return cases.isEmpty() ? first : Outcome.of(verdictWait.probed(cases.getFirst(), patience));
    }

    /** Opens or joins the instance's case; adds it to the cases if it is to go on. */
    private Outcome begun(InstanceId instance, Wish wish, List<Case> cases, BatchLookups lookups) {
        if (wish == Wish.REMEDIATE && !settings.limits().remediate()) {
            Finding refused = Finding.NONE.refused(
                    Refusal.Name.OBSERVE_MODE.name(),
                    "The function is in mode observe and changes nothing: deploy the stack with Mode=remediate first.");
            return notifier.ignored(clock.now(), new Outcome(instance, Status.REFUSED, refused));
        }
        Request request = new Request(instance, null, null, false, true, wish == Wish.DIAGNOSE, "asked for by hand");
        Admission admission = opener.admit(request, lookups);
        return switch (admission) {
            case Admission.NotOurs notOurs ->
                notifier.ignored(clock.now(), Outcome.ignored(instance, notOurs.reason()));
            case Admission.Opened opened -> {
                cases.add(opened.current());
                yield Outcome.of(opened.current());
            }
            case Admission.Known known -> {
                Case current = joined(known.current(), wish);
                cases.add(current);
                yield Outcome.of(current);
            }
        };
    }

    /** A request for more than a diagnosis is granted, also for a case that began as a diagnosis. */
    private Case joined(Case current, Wish wish) {
        return current.observeOnly() && wish != Wish.DIAGNOSE
                ? store.save(current.change()
                        .mayAct()
                        .noted(clock.now(), "may act now: asked for by hand")
                        .done())
                : current;
    }
}
