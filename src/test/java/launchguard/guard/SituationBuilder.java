package launchguard.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.guard.Action.ProcessRef;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Restart;
import launchguard.guard.GroupState.Member;
import launchguard.model.CaseId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Ownership;
import launchguard.verdict.Race;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import org.jspecify.annotations.Nullable;

/**
 * Builds the guard's input from a raced stale JVM on instance 1 of a quiet group of ten, in remediate mode with
 * the default ladder; launched at {@link #LAUNCH}, asked 10 minutes later, the window ends after two hours.
 */
final class SituationBuilder {
    static final Instant LAUNCH = Instant.parse("2026-11-22T22:00:00Z");
    static final DeploymentGroup DEPLOYMENT_GROUP = new DeploymentGroup("rest-api", "prod", "3b1f9a52");
    static final JudgedDeployment SUBJECT = new JudgedDeployment("3b1f9a52", "d-ABCDEFGH1");
    static final Race RACED = new Race(-40.0, false);
    static final String TEMPLATE = "lt-1:7";

    Verdict verdict = stale(Impact.FILES_GONE, RACED, 100);
    final List<Attempt> attempts = new ArrayList<>();
    int asked;
    boolean observeOnly;

    @Nullable
    JvmLoss loss;

    @Nullable
    Hold hold;

    Instant now = LAUNCH.plus(Duration.ofMinutes(10));
    Instant windowEnds = LAUNCH.plus(Duration.ofHours(2));
    boolean remediate = true;
    List<Rung> ladder = List.of(Rung.REDEPLOY, Rung.REPLACE);
    boolean wholeGroup;
    int maxReplacements = 2;
    int percent = 20;
    boolean replaceSingle;
    boolean actInPlace = true;
    boolean actOnBystanders;

    @Nullable
    DeploymentGroup deploymentGroup = DEPLOYMENT_GROUP;

    int desired = 10;
    final List<Member> members = new ArrayList<>();
    Set<String> suspended = Set.of();
    boolean refreshing;
    List<DeploymentId> deploying = List.of();
    boolean optedIn = true;
    boolean revisionCurrent = true;
    boolean inUnits;
    boolean observed;
    Reach reach = Reach.OWN_GROUP;
    Set<String> healthChecks = Set.of("EC2");
    GroupBudget budget = GroupBudget.empty(new GroupName("web"));

    SituationBuilder() {
        for (int i = 1; i <= desired; i++) {
            members.add(new Member(instance(i), "InService", true, TEMPLATE));
        }
    }

    static InstanceId instance(int number) {
        return new InstanceId(String.format("i-%017x", number));
    }

    static CaseId caseOf(int number) {
        return new CaseId(instance(number), LAUNCH, 1);
    }

    static Jvm jvm(int pid, @Nullable Long ticks) {
        return jvm(pid, ticks, "environment");
    }

    /** {@code sign}: by which it is the deployment's; null where only the time of its start makes it so. */
    static Jvm jvm(int pid, @Nullable Long ticks, @Nullable String sign) {
        return new Jvm(
                pid,
                30.0,
                ticks,
                "app",
                "app.service",
                false,
                null,
                0,
                null,
                true,
                List.of(),
                null,
                null,
                sign == null ? null : SUBJECT.groupId(),
                sign);
    }

    static List<Jvm> jvms(int... pids) {
        List<Jvm> jvms = new ArrayList<>();
        for (int pid : pids) {
            jvms.add(jvm(pid, pid * 10L));
        }
        return jvms;
    }

    static Verdict stale(Impact impact, Race race, int... pids) {
        return new Verdict.StaleJdk(SUBJECT, race, impact, jvms(pids));
    }

    static Verdict bystander(int... pids) {
        return new Verdict.StaleBystander(Impact.FILES_GONE, jvms(pids));
    }

    static Verdict replaced() {
        return new Verdict.JdkReplaced(SUBJECT, RACED, List.of(), List.of(), Ownership.SIGN);
    }

    static Verdict failed() {
        return new Verdict.DeploymentFailed(SUBJECT, RACED, List.<JdkPackage>of());
    }

    static Restart restart(int pid) {
        return new Restart(pid, pid * 10L);
    }

    static Redeploy redeploy(int... pids) {
        List<ProcessRef> processes = new ArrayList<>();
        for (int pid : pids) {
            processes.add(new ProcessRef(pid, pid * 10L));
        }
        return new Redeploy(DEPLOYMENT_GROUP, new DeploymentId("d-ABCDEFGH1"), processes, List.of());
    }

    static RedeployGroup redeployGroup() {
        return new RedeployGroup(DEPLOYMENT_GROUP, new DeploymentId("d-ABCDEFGH1"));
    }

    SituationBuilder tried(Action action, Attempt.End end) {
        attempts.add(new Attempt(attempts.size() + 1, action, end));
        return this;
    }

    SituationBuilder ladder(Rung... rungs) {
        ladder = List.of(rungs);
        return this;
    }

    SituationBuilder member(int number, String lifecycle, boolean healthy) {
        members.set(number - 1, new Member(instance(number), lifecycle, healthy, TEMPLATE));
        return this;
    }

    Limits limits() {
        return new Limits(
                remediate,
                ladder,
                wholeGroup,
                maxReplacements,
                Duration.ofHours(1),
                percent,
                replaceSingle,
                actInPlace,
                actOnBystanders);
    }

    Situation situation() {
        return new Situation(
                caseOf(1),
                verdict,
                loss,
                new History(attempts, asked, windowEnds, observeOnly),
                limits(),
                deploymentGroup,
                now,
                hold);
    }

    GroupState group() {
        return new GroupState(
                desired,
                inUnits,
                members,
                suspended,
                refreshing,
                deploying,
                optedIn,
                observed,
                revisionCurrent,
                reach,
                healthChecks);
    }

    /** As the flow asks: first without the group, then with it. */
    Decision decision() {
        return Guard.settled(situation()).orElseGet(() -> Guard.decide(situation(), group(), budget));
    }

    /** How long a refusal for now waits. */
    Duration after() {
        return ((Decision.RefuseForNow) decision()).after();
    }

    /** The refusal that the group and its budget alone lead to. */
    Optional<Refusal.Name> heldBack() {
        return Guard.heldBack(situation(), group(), budget)
                .map(refused -> refused.refusal().name());
    }

    Action action() {
        return decision() instanceof Decision.Act act ? act.action() : fail();
    }

    private Action fail() {
        throw new AssertionError("no action but " + decision());
    }

    /** What would be done where observing changes nothing. */
    String would() {
        return decision() instanceof Decision.Refuse refused ? String.valueOf(refused.would()) : "nothing observed";
    }

    /** The refusal's name with its effect: waits, ends, or people are notified. */
    String refusal() {
        return switch (decision()) {
            case Decision.RefuseForNow refused -> refused.refusal().name() + " for now";
            case Decision.Refuse refused -> refused.refusal().name() + " for good";
            case Decision.Escalate refused -> refused.refusal().name() + " escalated";
            case Decision.Act act -> "acts: " + act.action().rung();
            case Decision.Join ignored -> "joins";
            case Decision.Close close -> close.repaired() ? "repaired" : "closed";
            case Decision.Gone ignored -> "gone";
            case Decision.AskAgain ignored -> "asks again";
            case Decision.AnnounceAndAskAgain ignored -> "announces";
            case Decision.GiveUp ignored -> "gives up";
            case Decision.Report ignored -> "reports";
            case Decision.Release release -> release.proved() ? "lets go on, proved" : "lets go on, unproved";
        };
    }
}
