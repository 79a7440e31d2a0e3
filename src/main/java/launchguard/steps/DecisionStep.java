package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.Finding;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.cases.TimelineKind;
import launchguard.guard.Action;
import launchguard.guard.Decision;
import launchguard.guard.GroupBudget;
import launchguard.guard.GroupState;
import launchguard.guard.Guard;
import launchguard.guard.Hold;
import launchguard.guard.JvmLoss;
import launchguard.guard.Refusal;
import launchguard.guard.Situation;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.notify.Notifier;
import launchguard.report.CaseWording;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import launchguard.store.Ledgers;
import launchguard.store.StepStore;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Asks the guard what a verdict leads to, and stores the answer as the case's next step. */
public final class DecisionStep {
    /** A remedy that was decided and perhaps never sent is looked for after this; AWS's lists are eventually consistent. */
    static final Duration INTENT_TIMER = Duration.ofSeconds(90);

    private static final String STUCK = "BOOT_STUCK";
    private static final String GATE_WOULD = "GATE_WOULD";

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final GroupInspector inspector;
    private final Ledgers ledgers;
    private final CaseCloser closer;
    private final AbsenceCheck absence;
    private final Gatekeeper gatekeeper;
    private final PatchReporter afterPatch;

    public DecisionStep(
            Settings settings,
            CaseClock clock,
            StepStore store,
            Notifier notifier,
            CaseCloser closer,
            Gatekeeper gatekeeper,
            GroupInspector inspector,
            Ledgers ledgers,
            AbsenceCheck absence,
            PatchReporter afterPatch) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
        this.notifier = notifier;
        this.inspector = inspector;
        this.ledgers = ledgers;
        this.closer = closer;
        this.absence = absence;
        this.gatekeeper = gatekeeper;
        this.afterPatch = afterPatch;
    }

    /** Whether the verdict alone decides, whatever the group's state. */
    boolean settled(Case current, Verdict verdict, @Nullable JvmLoss loss) {
        return (current.afterPatch() != null && PatchReporter.settles(verdict))
                || Guard.settled(situation(current, verdict, loss, current.deploymentGroup(), clock.now()))
                        .isPresent();
    }

    /** Stores what the verdict leads to; an action is stored as intended, not done. */
    Case decide(Case current, Verdict verdict) {
        return decide(current, verdict, null);
    }

    /** As {@link #decide(Case, Verdict)}, where a remedy has left this behind. */
    Case decide(Case current, Verdict verdict, @Nullable JvmLoss loss) {
        Instant now = clock.now();
        Finding finding = CaseCloser.found(current, verdict);
        if (current.afterPatch() != null && PatchReporter.settles(verdict)) {
            return afterPatch.end(current.change().finding(finding).done(), verdict);
        }
        Decision decision = Guard.settled(situation(current, verdict, loss, current.deploymentGroup(), now))
                .orElse(null);
        if (decision != null) {
            return carryOut(decision, current.change().finding(finding), Set.of(), now);
        }
        try {
            // One of the group after the other: each counts on what the one before has stored of the group.
            return ledgers.inTurn(current.group(), () -> considered(current, verdict, loss, finding, now));
        } catch (AwsFailureException fault) {
            String observing = Guard.observing(situation(current, verdict, loss, current.deploymentGroup(), now));
            if (observing == null || !fault.denied()) {
                throw fault;
            }
            // Where nothing is done the verdict is worth telling, also without what would be done.
            Refusal refusal = new Refusal(
                    Refusal.Name.OBSERVE_MODE, observing + "; what would be done is not known: " + fault.getMessage());
            return carryOut(new Decision.Refuse(refusal), current.change().finding(finding), Set.of(), now);
        }
    }

    /** The decision by ladder and checks; read only, where nothing may be changed. */
    private Case considered(Case current, Verdict verdict, @Nullable JvmLoss loss, Finding finding, Instant now) {
        DeploymentGroup group = inspector.deploymentGroup(current, verdict);
        Situation situation = situation(current, verdict, loss, group, now);
        GroupState state = inspector.group(current, group);
        boolean observing = Guard.observing(situation, state) != null;
        GroupBudget ledger = inspector.ledger(current, state, observing);
        GroupBudget shared = inspector.shared(current, ledger, group, now, observing);
        // The gate's own event may be lost, or come back with its message when the hook's timeout is over.
        boolean unheld =
                current.gate() == null && !observing && state.waits(current.id().instance());
        Case found = unheld ? gatekeeper.found(current, now) : current;
        return carryOut(
                Guard.decide(
                        found.held() ? situation(found, verdict, loss, group, now) : situation, state, ledger, shared),
                found.change()
                        .finding(finding)
                        .deployment(current.deployment(), group == null ? current.deploymentGroup() : group),
                state.applicationChecks(),
                now);
    }

    /**
     * What follows where an instance did not answer. EC2 knows whether it still runs: SSM takes commands for a stopped
     * one, and refuses them for a fresh one; the role lets none through to one that has lost the opt-in tag.
     */
    Case unheard(Case current, Verdict verdict) {
        Instances.Facts facts = absence.facts(current);
        return absence.of(current, facts)
                .orElseGet(() -> unheard(current.change().unknownSince(null).done(), facts, verdict));
    }

    private Case unheard(Case current, Instances.@Nullable Facts facts, Verdict verdict) {
        // Null where only Auto Scaling knows the instance: tags come from EC2, so the opt-in can't be read again.
        return facts == null || settings.optInValue().equals(facts.tags().get(Settings.OPT_IN_KEY))
                ? decide(current, verdict)
                : closer.end(
                        current.change()
                                .finding(CaseCloser.found(current, verdict))
                                .done(),
                        Status.REFUSED,
                        new Refusal(Refusal.Name.OPTED_OUT, "the opt-in tag is no longer on the instance"));
    }

    private Situation situation(
            Case current, Verdict verdict, @Nullable JvmLoss loss, @Nullable DeploymentGroup group, Instant now) {
        return new Situation(
                current.id(), verdict, loss, current.history(), settings.limits(), group, now, hold(current));
    }

    /** In mode observe a gated launch says what the gate would have done: for how long it would have held, and its answer. */
    private static Case observed(Decision decision, Case current, Instant now) {
        Gate gate = current.gate();
        if (gate == null || !gate.observed() || current.told().contains(GATE_WOULD)) {
            return current;
        }
        String answer = switch (decision) {
            case Decision.Close ignored -> "CONTINUE";
            case Decision.Report ignored -> "CONTINUE";
            case Decision.Refuse refused -> answer(refused.would());
            case Decision.Escalate ignored -> "CONTINUE, unproved";
            case Decision.GiveUp ignored -> "CONTINUE, unproved";
            case Decision.Release ignored -> null;
            case Decision.Gone ignored -> null;
            case Decision.AskAgain ignored -> null;
            case Decision.TellAndAskAgain ignored -> null;
            case Decision.RefuseForNow ignored -> null;
            case Decision.Act ignored -> null;
            case Decision.Join ignored -> null;
        };
        return answer == null
                ? current
                : current.change()
                        .told(GATE_WOULD)
                        .noted(
                                now,
                                "in mode remediate the gate would have held it for "
                                        + Duration.between(gate.heldSince(), now)
                                                .toSeconds() + " s, then: " + answer)
                        .done();
    }

    private static String answer(@Nullable String would) {
        return would == null
                ? "CONTINUE, unproved"
                : switch (would) {
                    case "replace" -> "ABANDON";
                    case "restart", "redeploy" -> would + ", and CONTINUE once that is proved";
                    default -> "CONTINUE, unproved, at the deadline if " + would + " still holds the repair back";
                };
    }

    private static @Nullable Hold hold(Case current) {
        Gate gate = current.gate();
        return gate == null || !gate.open() ? null : gate.hold();
    }

    /** {@code checks}: the group's health checks that look at the application. */
    private Case carryOut(Decision decision, CaseChange change, Set<String> checks, Instant now) {
        Case current = observed(decision, change.done(), now);
        return switch (decision) {
            case Decision.Close close ->
                closer.end(current, close.repaired() ? Status.REPAIRED : Status.CLOSED, CaseCloser.free(current));
            case Decision.Gone ignored -> absence.fromGroup(current);
            case Decision.AskAgain again ->
                closer.ask(current.change().finding(CaseCloser.free(current)), again.after());
            case Decision.TellAndAskAgain again -> {
                if (!current.told().contains(STUCK)) {
                    notifier.stuck(now, current);
                }
                yield closer.ask(
                        current.change().finding(CaseCloser.free(current)).told(STUCK), again.after());
            }
            case Decision.GiveUp ignored ->
                closer.end(
                        current,
                        current.attempts().isEmpty() ? Status.UNRESOLVED : Status.ESCALATED,
                        CaseCloser.free(current));
            case Decision.Report report ->
                closer.end(
                        current,
                        Status.REPORTED,
                        CaseCloser.free(current).because(CaseWording.onlyReported(current, report.reason())));
            case Decision.RefuseForNow refused -> closer.refuse(current, refused.refusal(), refused.after());
            case Decision.Refuse refused ->
                closer.end(
                        current.change()
                                .finding(current.finding().would(refused.would()))
                                .done(),
                        refused.refusal().name() == Refusal.Name.REPORT_ONLY ? Status.REPORTED : Status.REFUSED,
                        refused.refusal());
            case Decision.Escalate escalated -> closer.end(current, Status.ESCALATED, escalated.refusal());
            case Decision.Act act -> intend(current, act, checks, now);
            case Decision.Join join -> join(current, join, now);
            case Decision.Release release -> release(current, release, checks, now);
        };
    }

    /** What follows is stored together with the intent to answer the gate; the answer is given next. */
    private Case release(Case held, Decision.Release release, Set<String> checks, Instant now) {
        Gate gate = Objects.requireNonNull(held.gate(), "only a held instance is released");
        return gatekeeper.release(carryOut(
                release.then(),
                held.change()
                        .gate(gate.releasing(release.proved()))
                        .windowEnds(now.plus(settings.launchWindow()))
                        .noted(now, "the gate lets it go on: " + release.why()),
                checks,
                now));
    }

    /** Waits for the deployment of the whole group that another case began; until it has a name, asks again. */
    private Case join(Case current, Decision.Join join, Instant now) {
        DeploymentId deployment = join.deployment().deployment();
        if (deployment == null) {
            return closer.ask(current.change(), INTENT_TIMER);
        }
        return store.save(current.change()
                .finding(current.finding().acting(word(join.action())))
                .step(
                        new Deploying(join.action(), current.nextAttempt(), deployment, now),
                        now.plus(RecheckQueue.LONGEST))
                .noted(now, "waits for the group's deployment " + deployment)
                .done());
    }

    private Case intend(Case current, Decision.Act act, Set<String> checks, Instant now) {
        Case intended = current.change()
                .finding(CaseWording.announced(
                                current.finding(), act.action().rung(), current.held() ? Set.of() : checks)
                        .acting(word(act.action())))
                .step(new Intended(act.action(), current.nextAttempt(), now, null), now.plus(INTENT_TIMER))
                .noted(now, "decided: " + word(act.action()), new TimelineKind.Decided(word(act.action())))
                .done();
        Duration window = settings.limits().replacementWindow();
        GroupBudget shared = act.shared();
        GroupBudget own = act.ledger().tidied(now, window);
        return store.save(
                intended,
                shared == null || shared.group().equals(own.group())
                        ? List.of(own)
                        : List.of(own, shared.tidied(now, window)));
    }

    static String word(Action action) {
        return action.rung().name().toLowerCase(Locale.ROOT);
    }
}
