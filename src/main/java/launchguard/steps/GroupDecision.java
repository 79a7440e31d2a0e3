package launchguard.steps;

import java.time.Instant;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.Finding;
import launchguard.cases.Gate;
import launchguard.guard.Decision;
import launchguard.guard.GroupBudget;
import launchguard.guard.GroupState;
import launchguard.guard.Guard;
import launchguard.guard.Hold;
import launchguard.guard.JvmLoss;
import launchguard.guard.Limits;
import launchguard.guard.Situation;
import launchguard.model.DeploymentGroup;
import launchguard.settings.Settings;
import launchguard.store.GroupBudgets;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Asks the guard what to do about a verdict, and stores its answer before the next case of the group is decided. */
public final class GroupDecision {
    private final Settings settings;
    private final GroupInspector inspector;
    private final GuardReads reads;
    private final GroupBudgets budgets;
    private final Gatekeeper gatekeeper;
    private final DecisionWriter writer;

    public GroupDecision(
            Settings settings,
            GroupInspector inspector,
            GuardReads reads,
            GroupBudgets budgets,
            Gatekeeper gatekeeper,
            DecisionWriter writer) {
        this.settings = settings;
        this.inspector = inspector;
        this.reads = reads;
        this.budgets = budgets;
        this.gatekeeper = gatekeeper;
        this.writer = writer;
    }

    /**
     * Decides by ladder and checks, and stores the decision; if nothing may be changed, the decision is only reported.
     */
    Case decide(Case current, Verdict verdict, @Nullable JvmLoss loss, Finding finding, Instant now) {
        // One case of a group after the other: each counts what the one before has stored.
        return budgets.inTurn(current.group(), () -> considered(current, verdict, loss, finding, now));
    }

    private Case considered(Case current, Verdict verdict, @Nullable JvmLoss loss, Finding finding, Instant now) {
        Limits limits = settings.limits();
        Situation before = situation(current, verdict, loss, current.deploymentGroup(), limits, now);
        GroupState recent = inspector.recentMembers(current);
        Decision heldBack = Guard.heldBack(before, recent, budgets.own(current, recent, true))
                .orElse(null);
        if (heldBack != null) {
            // CodeDeploy, which has a small quota, need not be asked.
            return writer.carryOut(heldBack, current.change().finding(finding), Set.of(), now);
        }
        InAws read = reads.read(() -> read(current, verdict));
        DeploymentGroup group = read.group();
        GroupState state = read.state();
        Situation situation = situation(current, verdict, loss, group, limits, now);
        boolean observing = Guard.observing(situation, state) != null;
        GroupBudget budget = budgets.own(current, state, observing);
        GroupBudget shared = budgets.shared(current, budget, group, now, observing);
        // The gate's own event may be lost, or its message may come back after the hook's timeout.
        boolean unheld =
                current.gate() == null && !observing && state.waits(current.id().instance());
        Case found = unheld ? gatekeeper.found(current, now) : current;
        return writer.carryOut(
                Guard.decide(
                        found.held() ? situation(found, verdict, loss, group, limits, now) : situation,
                        state,
                        budget,
                        shared),
                found.change()
                        .finding(finding)
                        .deployment(current.deployment(), group == null ? current.deploymentGroup() : group),
                state.applicationChecks(),
                now);
    }

    /** The deployment group that the verdict is about, and the group with all that holds a remedy back. */
    private record InAws(@Nullable DeploymentGroup group, GroupState state) {}

    private InAws read(Case current, Verdict verdict) {
        GroupState members = inspector.members(current);
        DeploymentGroup group = inspector.deploymentGroup(current, verdict);
        return new InAws(group, inspector.withDeployments(current, group, members));
    }

    static Situation situation(
            Case current,
            Verdict verdict,
            @Nullable JvmLoss loss,
            @Nullable DeploymentGroup group,
            Limits limits,
            Instant now) {
        return new Situation(current.id(), verdict, loss, current.history(), limits, group, now, hold(current));
    }

    private static @Nullable Hold hold(Case current) {
        Gate gate = current.gate();
        return gate == null || !gate.open() ? null : gate.hold();
    }
}
