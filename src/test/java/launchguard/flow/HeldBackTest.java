package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.sandbox.CodeDeploy;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls that a remedy costs while it is held back, and what is read before it is sent. */
@Tag("verify")
class HeldBackTest {
    private static final Duration A_WHILE = Duration.ofMinutes(3);

    /** A broken instance whose remedy is held back by the group's state. */
    private static Instance heldBack(FunctionStage stage, Instance other, String refusal) {
        Instance broken = stage.launch(FunctionStage.RACED);
        stage.aws.advance(Duration.ofSeconds(30));
        (refusal.equals("NOT_IN_SERVICE") ? broken : other).lifecycle("Standby");
        stage.aws.settle(Duration.ofSeconds(50));
        assertEquals(refusal, stage.refusal(broken), stage.caseOf(broken).toString());
        return broken;
    }

    private static List<Call> since(FunctionStage stage, Instant then, String service) {
        return stage.aws.calls().all().stream()
                .filter(call -> call.service().equals(service) && call.at().isAfter(then))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE_SHARE", "NOT_IN_SERVICE"})
    void whileTheGroupHoldsItBack_onlyAutoScalingIsAsked(String refusal) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = heldBack(stage, other, refusal);
            Instant from = stage.aws.clock().instant();
            stage.aws.settle(A_WHILE);

            assertEquals("REFUSED", stage.status(broken));
            assertEquals(List.of(), since(stage, from, "codedeploy"));
            assertEquals(List.of(), since(stage, from, "ssm"));
            assertEquals(List.of(), since(stage, from, "ec2"));
            List<Call> looks = since(stage, from, "autoscaling");
            assertTrue(looks.size() >= 5 && looks.size() <= 7, looks.toString());
            assertEquals(1, stage.published("Refusal", broken).size());
        }
    }

    /** One read of Auto Scaling covers all groups for which cases wait. */
    @Test
    void casesOfManyGroups_waitOnOneReadEachTime() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> others = new ArrayList<>();
            List<Instance> broken = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ScalingGroup group = stage.aws.group("web-" + i);
                others.add(group.launch(Image.EMPTY));
                broken.add(stage.launch(group, FunctionStage.RACED));
            }
            stage.aws.advance(Duration.ofSeconds(30));
            others.forEach(instance -> instance.lifecycle("Standby"));
            stage.aws.settle(Duration.ofSeconds(50));
            broken.forEach(instance -> assertEquals("UNAVAILABLE_SHARE", stage.refusal(instance)));
            Instant from = stage.aws.clock().instant();
            stage.aws.settle(A_WHILE);
            List<Call> looks = since(stage, from, "autoscaling");
            assertTrue(looks.size() >= 5 && looks.size() <= 8, looks.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE_SHARE", "NOT_IN_SERVICE"})
    void remedyThatMayBeSentNow_isSentWithinAMinute_afterANewProbeAndFreshReads(String refusal) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = heldBack(stage, other, refusal);
            stage.aws.settle(A_WHILE);
            List.of(other, broken).forEach(instance -> instance.lifecycle("InService"));
            Instant from = stage.aws.clock().instant();
            stage.aws.settle(Duration.ofMinutes(1));

            assertEquals(1, stage.commands("Redeploy", broken).size(), stage.log());
            List<Call> commands = since(stage, from, "ssm").stream()
                    .filter(call -> call.operation().equals("SendCommand"))
                    .toList();
            assertEquals(
                    List.of("LaunchGuard-Probe", "LaunchGuard-Redeploy"),
                    commands.subList(0, 2).stream()
                            .map(call -> call.input().path("DocumentName").asText())
                            .toList());
            for (String read : List.of(
                    "autoscaling:DescribeAutoScalingGroups",
                    "autoscaling:DescribeInstanceRefreshes",
                    "ec2:DescribeInstances",
                    "codedeploy:ListDeployments")) {
                assertTrue(
                        stage.aws.calls().all().stream()
                                .filter(call -> (call.service() + ":" + call.operation()).equals(read))
                                .anyMatch(call -> call.number()
                                                > commands.getFirst().number()
                                        && call.number() < commands.get(1).number()),
                        read);
            }
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    /** It may have been repaired or stopped meanwhile. */
    @Test
    void instanceIsProbedAgain_everyFiveMinutes() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = heldBack(stage, other, "UNAVAILABLE_SHARE");
            int before = stage.commands("Probe", broken).size();
            stage.aws.settle(Duration.ofMinutes(12));
            assertEquals(2, stage.commands("Probe", broken).size() - before);
            assertTrue(stage.caseOf(broken).step() instanceof ToProbe);
        }
    }

    /** A person who asks wants to know how the instance is now. */
    @Test
    void instanceThatAPersonAsksAbout_isProbedAtOnce() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = heldBack(stage, other, "UNAVAILABLE_SHARE");
            int before = stage.commands("Probe", broken).size();
            stage.ask(broken, "");
            assertEquals(1, stage.commands("Probe", broken).size() - before);
        }
    }

    /** The last verdict was about the deployment before. */
    @Test
    void instanceThatIsDeployedToAnew_isProbedAtOnce() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = heldBack(stage, other, "UNAVAILABLE_SHARE");
            int before = stage.commands("Probe", broken).size();
            CodeDeploy codeDeploy = stage.aws.codeDeploy();
            codeDeploy.succeed(
                    codeDeploy.running(stage.aws.deploymentGroup(), "d-NEWER0001", "user", List.of(broken)), broken);
            stage.aws.settle(Duration.ofSeconds(10));
            assertEquals(1, stage.commands("Probe", broken).size() - before, stage.log());
        }
    }

    @ParameterizedTest
    @CsvSource({"paused, OBSERVE_MODE", "optedOut, OPTED_OUT"})
    void tagsThatTheOwnerChanges_countWhileTheCaseWaits(String what, String refusal) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = heldBack(stage, other, "UNAVAILABLE_SHARE");
            Consumer<FunctionStage> owner = what.equals("paused")
                    ? there -> there.group().tags().put("launch-guard-mode", "observe")
                    : there -> there.group().tags().remove("launch-guard");
            owner.accept(stage);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals("REFUSED", stage.status(broken));
            assertEquals(refusal, stage.refusal(broken));
            assertTrue(stage.caseOf(broken).ended());
            assertEquals(List.of(), stage.foreignChanges());
        }
    }

    /** So many launches are under way that their targets can't be read one by one. */
    private static FunctionStage amongLaunches(boolean toIt) {
        FunctionStage stage = FunctionStage.remediating();
        Instance other = stage.launch(FunctionStage.HEALTHY);
        stage.aws.settle(Duration.ofMinutes(5));
        Instance broken = stage.launch(FunctionStage.RACED);
        stage.aws.advance(Duration.ofSeconds(5));
        if (toIt) {
            stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-SAMETIME1", "autoscaling", List.of(broken));
        }
        stage.aws.advance(Duration.ofSeconds(25));
        for (int i = 0; i < 20; i++) {
            stage.aws
                    .codeDeploy()
                    .running(
                            stage.aws.deploymentGroup(),
                            String.format("d-OTHER%04d", i),
                            "autoscaling",
                            List.of(other));
        }
        stage.aws.settle(Duration.ofMinutes(20));
        assertEquals(
                toIt ? "REFUSED DEPLOYMENT_RUNNING" : "REPAIRED null",
                stage.status(broken) + " " + stage.refusal(broken));
        return stage;
    }

    @Test
    void targetsOfLaterLaunches_areNotRead_whereManyAreUnderWay() {
        try (FunctionStage stage = amongLaunches(false)) {
            assertEquals(List.of(), stage.aws.calls().of("codedeploy", "ListDeploymentTargets"));
        }
    }

    @Test
    void secondDeploymentOfTheSameLaunch_holdsBack_alsoWhereManyAreUnderWay() {
        try (FunctionStage stage = amongLaunches(true)) {
            assertEquals(
                    1,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").stream()
                            .map(call -> call.input().path("deploymentId").asText())
                            .distinct()
                            .count());
        }
    }
}
