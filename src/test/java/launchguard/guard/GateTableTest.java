package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.guard.GroupState.Member;
import launchguard.model.DeploymentId;
import launchguard.verdict.Race;
import launchguard.verdict.Unfinished;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleJdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the guard decides for an instance that the launch gate holds, beside what it decides for one in service. */
class GateTableTest {
    private static final Instant DEADLINE = SituationBuilder.LAUNCH.plus(Duration.ofMinutes(30));
    private static final Instant DOUBT_ENDS = SituationBuilder.LAUNCH.plus(Duration.ofMinutes(12));
    private static final Hold HOLD = new Hold(DEADLINE, DOUBT_ENDS, false);

    private static final List<Verdict> VERDICTS = List.of(
            new Verdict.Healthy(SituationBuilder.SUBJECT, new Race(400.0, false), 1),
            new Verdict.LuckyRace(SituationBuilder.SUBJECT, SituationBuilder.RACED, true, 1),
            new Verdict.NotDeployed(null, false),
            new Verdict.StillBooting(Unfinished.CLOUD_INIT, 60),
            new Verdict.BootStuck(Unfinished.CLOUD_INIT, 4000),
            new Verdict.Inconclusive("cut"),
            new Verdict.Unreachable("no agent"),
            SituationBuilder.bystander(100),
            SituationBuilder.failed(),
            SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 100),
            SituationBuilder.stale(Impact.FILES_GONE, new Race(400.0, false), 100),
            SituationBuilder.stale(Impact.REPLACED_IN_PLACE, SituationBuilder.RACED, 100),
            SituationBuilder.replaced());

    private static final List<Optional<Attempt.End>> ENDS = Stream.concat(
                    Stream.of(Optional.<Attempt.End>empty()),
                    Stream.of(Attempt.End.values()).map(Optional::of))
            .toList();

    private static SituationBuilder held(SituationBuilder scene) {
        scene.hold = HOLD;
        return scene.member(1, "Pending:Wait", true);
    }

    private static SituationBuilder scene(String rung, String obstacle) {
        SituationBuilder scene = new SituationBuilder().ladder(Rung.valueOf(rung));
        switch (obstacle) {
            case "nothing" -> {}
            case "not in service" -> scene.member(1, "Pending:Wait", true);
            case "share" -> scene.member(2, "Pending", true).member(3, "Standby", true);
            case "deploying" -> scene.deploying = List.of(new DeploymentId("d-OTHER0001"));
            case "refresh" -> scene.refreshing = true;
            case "Launch", "Terminate", "ReplaceUnhealthy" -> scene.suspended = Set.of(obstacle);
            case "budget" -> {
                for (int spent = 2; spent <= 3; spent++) {
                    scene.budget = scene.budget.replaced(
                            SituationBuilder.caseOf(spent), scene.now.minusSeconds(60), "lt-2:1", 1);
                }
            }
            case "recurring" ->
                scene.budget = scene.budget.replaced(
                        SituationBuilder.caseOf(9),
                        SituationBuilder.LAUNCH.minus(Duration.ofHours(2)),
                        SituationBuilder.TEMPLATE,
                        2);
            case "single" -> single(scene, false);
            case "single, another serves" -> single(scene, true);
            case "observe" -> scene.remediate = false;
            case "group observes" -> scene.observed = true;
            case "opted out" -> scene.optedIn = false;
            default -> throw new IllegalArgumentException(obstacle);
        }
        return scene;
    }

    private static void single(SituationBuilder scene, boolean another) {
        scene.desired = 1;
        scene.members.subList(another ? 2 : 1, scene.members.size()).clear();
    }

    /** Each obstacle for each rung. In service is what an instance gets that the gate does not hold. */
    @ParameterizedTest
    @CsvSource({
        "REDEPLOY, nothing, acts: REDEPLOY, acts: REDEPLOY",
        "REDEPLOY, not in service, NOT_IN_SERVICE for now, acts: REDEPLOY",
        "REDEPLOY, share, UNAVAILABLE_SHARE for now, acts: REDEPLOY",
        "REDEPLOY, deploying, DEPLOYMENT_RUNNING for now, DEPLOYMENT_RUNNING for now",
        "REDEPLOY, refresh, acts: REDEPLOY, acts: REDEPLOY",
        "REDEPLOY, Launch, acts: REDEPLOY, acts: REDEPLOY",
        "REDEPLOY, budget, acts: REDEPLOY, acts: REDEPLOY",
        "REDEPLOY, recurring, acts: REDEPLOY, acts: REDEPLOY",
        "REDEPLOY, single, acts: REDEPLOY, acts: REDEPLOY",
        "REDEPLOY, observe, OBSERVE_MODE for good, 'lets go on, unproved'",
        "REDEPLOY, opted out, OPTED_OUT for good, 'lets go on, unproved'",
        "RESTART, nothing, acts: RESTART, acts: RESTART",
        "RESTART, not in service, NOT_IN_SERVICE for now, acts: RESTART",
        "RESTART, share, UNAVAILABLE_SHARE for now, acts: RESTART",
        "RESTART, deploying, DEPLOYMENT_RUNNING for now, DEPLOYMENT_RUNNING for now",
        "REPLACE, nothing, acts: REPLACE, acts: REPLACE",
        "REPLACE, not in service, NOT_IN_SERVICE for now, acts: REPLACE",
        "REPLACE, share, UNAVAILABLE_SHARE for now, UNAVAILABLE_SHARE for now",
        "REPLACE, deploying, DEPLOYMENT_RUNNING for now, DEPLOYMENT_RUNNING for now",
        "REPLACE, refresh, INSTANCE_REFRESH_RUNNING for now, INSTANCE_REFRESH_RUNNING for now",
        "REPLACE, Launch, PROCESS_SUSPENDED for now, PROCESS_SUSPENDED for now",
        "REPLACE, Terminate, PROCESS_SUSPENDED for now, PROCESS_SUSPENDED for now",
        "REPLACE, ReplaceUnhealthy, PROCESS_SUSPENDED for now, PROCESS_SUSPENDED for now",
        "REPLACE, budget, REPLACEMENT_BUDGET for now, REPLACEMENT_BUDGET for now",
        "REPLACE, recurring, RECURRING escalated, 'lets go on, unproved'",
        "REPLACE, single, SINGLE_INSTANCE_GROUP escalated, 'lets go on, unproved'",
        "REPLACE, 'single, another serves', SINGLE_INSTANCE_GROUP escalated, acts: REPLACE",
        "REPLACE, observe, OBSERVE_MODE for good, 'lets go on, unproved'",
        "REPLACE, group observes, OBSERVE_MODE for good, 'lets go on, unproved'",
        "REPLACE, opted out, OPTED_OUT for good, 'lets go on, unproved'"
    })
    void obstacle(String rung, String obstacle, String inService, String gated) {
        assertEquals(inService, scene(rung, obstacle).refusal(), "in service");
        assertEquals(gated, held(scene(rung, obstacle)).refusal(), "held");
    }

    /** What holds a repair back for now does so to the deadline; then the case goes on as that of an instance in service. */
    @ParameterizedTest
    @CsvSource({"REDEPLOY,deploying", "REPLACE,share", "REPLACE,refresh", "REPLACE,Launch", "REPLACE,budget"})
    void refusalForNow_holdsToTheDeadline(String rung, String obstacle) {
        SituationBuilder scene = held(scene(rung, obstacle));
        scene.now = DEADLINE.minusSeconds(30);
        Decision before = scene.decision();
        assertEquals(
                Duration.ofSeconds(30),
                assertInstanceOf(Decision.RefuseForNow.class, before).after());
        scene.now = DEADLINE;
        Decision.Release release = assertInstanceOf(Decision.Release.class, scene.decision());
        assertFalse(release.proved());
        assertInstanceOf(Decision.RefuseForNow.class, release.then(), "the case goes on");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'lets go on, proved', 'lets go on, proved', 'lets go on, proved'",
        "1, 'lets go on, proved', 'lets go on, proved', 'lets go on, proved'",
        "2, 'lets go on, proved', 'lets go on, proved', 'lets go on, proved'",
        "3, asks again, asks again, 'lets go on, unproved'",
        "4, announces, announces, 'lets go on, unproved'",
        "5, asks again, 'lets go on, unproved', 'lets go on, unproved'",
        "6, asks again, 'lets go on, unproved', 'lets go on, unproved'",
        "7, 'lets go on, proved', 'lets go on, proved', 'lets go on, proved'",
        "8, 'lets go on, unproved', 'lets go on, unproved', 'lets go on, unproved'",
        "9, acts: REDEPLOY, acts: REDEPLOY, acts: REDEPLOY",
        "12, acts: REDEPLOY, acts: REDEPLOY, acts: REDEPLOY"
    })
    void verdict(int verdict, String early, String afterDoubt, String atDeadline) {
        List<String> seen = new ArrayList<>();
        for (Instant now : List.of(DOUBT_ENDS.minusSeconds(1), DOUBT_ENDS, DEADLINE)) {
            SituationBuilder scene = held(new SituationBuilder());
            scene.verdict = VERDICTS.get(verdict);
            scene.now = now;
            seen.add(scene.refusal());
        }
        assertEquals(List.of(early, afterDoubt, atDeadline), seen);
    }

    /** Held until the deadline where no end of the deployment was reported: then doubt has no end of its own. */
    @Test
    void doubtWithoutAnEndOfTheDeployment_lastsToTheDeadline() {
        SituationBuilder scene = held(new SituationBuilder());
        scene.hold = new Hold(DEADLINE, null, false);
        scene.verdict = new Verdict.Inconclusive("cut");
        scene.now = DEADLINE.minusSeconds(1);
        assertEquals("asks again", scene.refusal());
        scene.now = DEADLINE;
        assertEquals("lets go on, unproved", scene.refusal());
    }

    /** The window begins at the release: a held instance's has not begun. */
    @Test
    void windowOfAHeldInstance_hasNotBegun() {
        for (Verdict verdict : VERDICTS) {
            SituationBuilder scene = held(new SituationBuilder());
            scene.verdict = verdict;
            String before = scene.refusal();
            scene.windowEnds = scene.now.minusSeconds(1);
            assertEquals(before, scene.refusal(), verdict.toString());
        }
    }

    @Test
    void reportOnly_andOnTheWayIntoAWarmPool() {
        SituationBuilder inPlace = held(new SituationBuilder());
        inPlace.verdict = SituationBuilder.stale(Impact.REPLACED_IN_PLACE, SituationBuilder.RACED, 100);
        inPlace.actInPlace = false;
        assertEquals("lets go on, unproved", inPlace.refusal());
        SituationBuilder warm = held(new SituationBuilder()).ladder(Rung.REPLACE);
        warm.hold = new Hold(DEADLINE, DOUBT_ENDS, true);
        assertEquals("lets go on, unproved", warm.refusal());
    }

    /**
     * Every verdict, at every time, after every end of a local rung, with every obstacle: a launch is abandoned only on a
     * harmful verdict with nothing in the way, a replacement in place or without a race only after a remedy that may have left
     * the application down, never after a stop hook that failed; and whatever is decided, the deadline lets it go on or acts.
     */
    @Test
    void abandonsOnlyWhatIsProvedBroken() {
        List<String> obstacles = List.of(
                "nothing",
                "share",
                "deploying",
                "refresh",
                "Launch",
                "Terminate",
                "ReplaceUnhealthy",
                "budget",
                "recurring",
                "single",
                "observe",
                "group observes",
                "opted out");
        int abandoned = 0;
        int asked = 0;
        for (String obstacle : obstacles) {
            for (Verdict verdict : VERDICTS) {
                for (Optional<Attempt.End> end : ENDS) {
                    for (Instant now :
                            List.of(SituationBuilder.LAUNCH.plusSeconds(60), DOUBT_ENDS, DEADLINE.plusSeconds(60))) {
                        SituationBuilder scene =
                                held(scene("REPLACE", obstacle)).ladder(Rung.REDEPLOY, Rung.REPLACE);
                        scene.verdict = verdict;
                        end.ifPresent(how -> scene.tried(SituationBuilder.redeploy(100), how));
                        scene.now = now;
                        if (obstacle.equals("budget")) {
                            scene.budget = GroupBudget.empty(scene.budget.group())
                                    .replaced(SituationBuilder.caseOf(2), now.minusSeconds(60), "lt-2:1", 1)
                                    .replaced(SituationBuilder.caseOf(3), now.minusSeconds(60), "lt-2:1", 1);
                        }
                        Decision decision = scene.decision();
                        String row = obstacle + " " + verdict + " " + end + " " + now + ": " + decision;
                        asked++;
                        if (decision instanceof Decision.Act act && act.action() instanceof Action.Replace) {
                            abandoned++;
                            assertEquals("nothing", obstacle, row);
                            assertTrue(end.isPresent() && end.get() != Attempt.End.BUSY, row);
                            // After a remedy that failed half-way an instance without a JVM has none to wait for.
                            boolean down = verdict instanceof NotDeployed && end.get() == Attempt.End.BROKE;
                            assertTrue(verdict instanceof StaleJdk || verdict instanceof JdkReplaced || down, row);
                            assertFalse(end.get() == Attempt.End.NOT_STOPPED, row);
                            boolean tooMuch = verdict instanceof StaleJdk stale
                                    && (stale.impact() == Impact.REPLACED_IN_PLACE
                                            || !stale.race().raced());
                            assertTrue(!tooMuch || end.get() == Attempt.End.BROKE, row);
                            assertTrue(act.budget().replaces(SituationBuilder.caseOf(1)), row);
                        }
                        if (now.isAfter(DEADLINE)) {
                            assertTrue(
                                    decision instanceof Decision.Release
                                            || decision instanceof Decision.Act
                                            || decision instanceof Decision.Gone,
                                    "held past its deadline: " + row);
                        }
                    }
                }
            }
        }
        assertTrue(abandoned > 0, "nothing was ever abandoned");
        System.out.printf("gate: %d held situations, %d abandoned%n", asked, abandoned);
    }

    @Test
    void memberThatLeft_isGone() {
        SituationBuilder scene = held(new SituationBuilder());
        scene.members.set(
                0, new Member(SituationBuilder.instance(1), "Terminating:Wait", true, SituationBuilder.TEMPLATE));
        assertEquals("gone", scene.refusal());
    }
}
