package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import launchguard.Thorough;
import launchguard.cases.CaseStep.Intended;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A remedy that was decided and not sent is decided again, with all checks; an instance is gone only if AWS says so. */
@Tag("verify")
class LateRemediesTest {
    private static FunctionStage stage(String ladder) {
        FunctionStage stage = FunctionStage.remediating("Ladder", ladder, "ReplaceSingle", "true");
        stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
        return stage;
    }

    /** The function dies, or is throttled, right before the remedy; meanwhile this happens. */
    private static Instance late(FunctionStage stage, boolean throttled, Consumer<FunctionStage> meanwhile) {
        String[] call =
                stage.aws.environment().getOrDefault("LAUNCH_GUARD_LADDER", "").equals("replace")
                        ? new String[] {"autoscaling", "SetInstanceHealth"}
                        : new String[] {"ssm", "SendCommand"};
        // The first SendCommand is the probe.
        int nth = call[0].equals("ssm") ? 2 : 1;
        if (throttled) {
            stage.aws.faults().on(call[0], call[1]).nth(nth).times(6).throttle();
        } else {
            stage.aws.faults().on(call[0], call[1]).nth(nth).dieBefore();
        }
        Instance instance = stage.launch(FunctionStage.RACED);
        for (int i = 0; i < 60 && !intended(stage, instance); i++) {
            stage.aws.settle(Duration.ofSeconds(2));
        }
        assertTrue(intended(stage, instance), stage.caseOf(instance).toString());
        meanwhile.accept(stage);
        stage.aws.settle(Duration.ofMinutes(12));
        return instance;
    }

    private static void nothingWasDone(FunctionStage stage, Instance instance, String ladder) {
        assertEquals(
                0, stage.commands("Restart").size() + stage.commands("Redeploy").size(), ladder);
        assertEquals("Healthy", instance.health());
    }

    /** A launch with an open case, to which SSM sends no command. */
    private static Instance refusedBySsm(FunctionStage stage) {
        stage.aws.faults().on("ssm", "SendCommand").always().fail("InvalidInstanceId", "not in a valid state");
        Instance instance = stage.launch(FunctionStage.RACED);
        for (int i = 0; i < 30 && stage.latest(instance).isEmpty(); i++) {
            stage.aws.settle(Duration.ofSeconds(1));
        }
        return instance;
    }

    private static boolean intended(FunctionStage stage, Instance instance) {
        return stage.latest(instance)
                .map(known -> known.step() instanceof Intended)
                .orElse(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Launch", "Terminate", "ReplaceUnhealthy", "refresh"})
    void lateReplacement_isHeldByWhatHasBegunMeanwhile(String what) {
        try (FunctionStage stage = stage("replace")) {
            Instance instance = late(stage, false, there -> {
                if (what.equals("refresh")) {
                    there.group().startRefresh();
                } else {
                    there.group().suspend(what);
                }
            });
            assertEquals("Healthy", instance.health());
            assertEquals(
                    what.equals("refresh") ? "INSTANCE_REFRESH_RUNNING" : "PROCESS_SUSPENDED", stage.refusal(instance));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "redeploy", "replace"})
    void lateRemedy_isHeldWhereTheInstanceHasLeftService(String ladder) {
        for (boolean throttled : new boolean[] {false, true}) {
            if (throttled && ladder.equals("replace")) {
                continue;
            }
            try (FunctionStage stage = stage(ladder)) {
                Instance instance = late(
                        stage,
                        throttled,
                        there -> there.group().instances().getFirst().lifecycle("Standby"));
                assertEquals("NOT_IN_SERVICE", stage.refusal(instance), ladder + " " + throttled);
                nothingWasDone(stage, instance, ladder);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "redeploy", "replace"})
    void lateRemedy_isDroppedWhereTheGroupHasOptedOut(String ladder) {
        try (FunctionStage stage = stage(ladder)) {
            Instance instance = late(stage, false, there -> there.group().tags().put("launch-guard", "off"));
            assertEquals("OPTED_OUT", stage.refusal(instance));
            nothingWasDone(stage, instance, ladder);
        }
    }

    /** Each check and each remedy in each build, the other pairs in the long run. */
    static Stream<Arguments> checks() {
        return Thorough.part(
                Stream.of("pause,OBSERVE_MODE", "deployment,DEPLOYMENT_RUNNING", "share,UNAVAILABLE_SHARE")
                        .map(check -> check.split(",", -1))
                        .flatMap(check -> Stream.of("restart", "redeploy", "replace")
                                .map(ladder -> Arguments.of(ladder, check[0], check[1])))
                        .toList(),
                2)
                .stream();
    }

    /** The owner has paused the group, CodeDeploy deploys to the instance, or others have gone out of service meanwhile. */
    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("checks")
    void lateRemedy_isHeldByAnyCheck(String ladder, String what, String refusal) {
        try (FunctionStage stage = stage(ladder)) {
            Instance other = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(5));
            Instance instance = late(stage, false, there -> {
                switch (what) {
                    case "pause" -> there.group().tags().put("launch-guard-mode", "observe");
                    case "share" -> other.lifecycle("Standby");
                    default ->
                        there.aws
                                .codeDeploy()
                                .running(
                                        there.aws.deploymentGroup(),
                                        "d-FLEET0001",
                                        "user",
                                        there.group().instances());
                }
            });
            assertEquals(
                    refusal, stage.refusal(instance), stage.caseOf(instance).toString());
            nothingWasDone(stage, instance, ladder);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "redeploy", "replace"})
    void lateRemedy_isDoneWhereNothingHolds(String ladder) {
        try (FunctionStage stage = stage(ladder)) {
            Instance instance = late(stage, false, there -> {});
            stage.settle();
            assertEquals(
                    ladder.equals("replace") ? "REPLACED" : "REPAIRED",
                    stage.status(instance),
                    stage.caseOf(instance).toString());
        }
    }

    /** The answer was lost, the call took effect: it is followed, not decided again, and reported as what it is. */
    @Test
    void replacementWhoseAnswerWasLost_isFollowed() {
        try (FunctionStage stage = stage("replace")) {
            stage.aws.faults().on("autoscaling", "SetInstanceHealth").dieAfter();
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    "REPLACED", stage.status(instance), stage.caseOf(instance).toString());
            assertEquals(1, stage.commands("Probe", instance).size(), "not asked anew");
        }
    }

    @Test
    void oneAnswerWithoutTheInstance_isAskedAgain() {
        try (FunctionStage stage = stage("redeploy")) {
            Instance instance = refusedBySsm(stage);
            instance.unknownToEc2(true);
            instance.unknownToScaling(true);
            for (int i = 0; i < 60 && stage.caseOf(instance).memory().unknownSince() == null; i++) {
                stage.aws.settle(Duration.ofSeconds(5));
            }
            assertNotNull(stage.caseOf(instance).memory().unknownSince());
            assertFalse(stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
            instance.unknownToEc2(false);
            instance.unknownToScaling(false);
            stage.aws.faults().clear();
            stage.settle();
            assertEquals(
                    "REPAIRED", stage.status(instance), stage.caseOf(instance).toString());
        }
    }

    @Test
    void twoAnswersWithoutTheInstance_endTheCase() {
        try (FunctionStage stage = stage("redeploy")) {
            Instance instance = refusedBySsm(stage);
            instance.unknownToEc2(true);
            instance.unknownToScaling(true);
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals(
                    "CLOSED", stage.status(instance), stage.caseOf(instance).toString());
        }
    }

    @Test
    void instanceThatOnlyEc2LeavesOut_isNotGone() {
        try (FunctionStage stage = stage("redeploy")) {
            Instance instance = refusedBySsm(stage);
            instance.unknownToEc2(true);
            stage.aws.settle(Duration.ofMinutes(10));
            assertFalse(stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
        }
    }
}
