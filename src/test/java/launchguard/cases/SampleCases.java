package launchguard.cases;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import launchguard.guard.Action;
import launchguard.guard.Attempt;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.verdict.Ownership;
import launchguard.verdict.SeenJvm;

/** Sample cases. */
public final class SampleCases {
    /** When they are opened. */
    public static final Instant NOW = Instant.parse("2026-11-22T22:10:00.123456Z");

    /** The group of all of them. */
    public static final GroupName GROUP = new GroupName("web / größe");

    /** A command. */
    public static final CommandId COMMAND = new CommandId("01234567-89ab-cdef-0123-456789abcdef");

    /** A deployment group. */
    public static final DeploymentGroup DEPLOYMENT_GROUP = new DeploymentGroup("rest-api", "prod", "3b1f9a52");

    /** A deployment. */
    public static final DeploymentId DEPLOYMENT = new DeploymentId("d-ABCDEFGH1");

    private SampleCases() {}

    /** The name of a case of that instance. */
    public static CaseId id(int instance, long launch, int number) {
        return new CaseId(new InstanceId(String.format("i-%017x", instance)), Instant.ofEpochSecond(launch), number);
    }

    /** A case just opened, due in a minute. */
    public static Case opened(CaseId id) {
        return Case.opened(id, GROUP, NOW, NOW.plus(Duration.ofHours(2)), NOW, NOW.plusSeconds(60))
                .change()
                .timer(new Timer(1, "m-1", true))
                .done();
    }

    /** Every kind of action. */
    public static List<Action> actions() {
        return List.of(
                new Action.Restart(2210, 5020),
                new Action.Redeploy(
                        DEPLOYMENT_GROUP,
                        new DeploymentId("d-ABCDEFGH1-local"),
                        List.of(new Action.ProcessRef(1, Long.MAX_VALUE), new Action.ProcessRef(2, 0)),
                        List.of("app.service", "worker@1.service")),
                new Action.RedeployGroup(DEPLOYMENT_GROUP, DEPLOYMENT),
                new Action.Replace());
    }

    /** Every kind of step. */
    public static List<CaseStep> steps() {
        Action action = actions().getFirst();
        return List.of(
                new CaseStep.ToProbe(NOW),
                new CaseStep.Probing(COMMAND, NOW),
                new CaseStep.Probing(COMMAND, NOW, true),
                new CaseStep.Intended(action, 1, NOW, null),
                new CaseStep.Intended(action, 2, NOW, NOW.plusSeconds(90)),
                new CaseStep.Running(actions().get(1), 3, COMMAND, NOW),
                new CaseStep.Deploying(actions().get(2), 4, DEPLOYMENT, NOW),
                new CaseStep.Replacing(actions().get(3), 5, NOW),
                new CaseStep.Ended(Status.REPAIRED, NOW));
    }

    /** As much of a story as there can be: the longest timeline, every attempt, hostile words and long evidence. */
    public static Case longest(CaseId id, String hostile) {
        CaseChange change = opened(id)
                .change()
                .deployment(DEPLOYMENT, DEPLOYMENT_GROUP)
                .announced("BOOT_STUCK")
                .askedAgain();
        for (int i = 0; i < 3 * Case.LONGEST_TIMELINE; i++) {
            change.noted(NOW.plusSeconds(i), i + " " + hostile);
        }
        for (int i = 0; i < 60; i++) {
            for (Attempt.End end : Attempt.End.values()) {
                change.attempted(new Attempt(i + 1, actions().get(i % actions().size()), end));
            }
        }
        for (int i = 0; i < 60; i++) {
            change.probed(
                    new Memory(
                            "boot",
                            Set.of(
                                    new SeenJvm("g", "app.service", Ownership.SIGN),
                                    new SeenJvm(hostile, hostile, Ownership.TIME)),
                            i + hostile.repeat(24_000 / hostile.length()),
                            NOW),
                    new Observation(NOW.plusSeconds(i), "STALE_JDK", -41.25, hostile.repeat(100), List.of(), null));
        }
        return change.finding(new Finding("STALE_JDK", -41.25, true, hostile, "redeploy", "UNAVAILABLE_SHARE"))
                .done();
    }
}
