package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import launchguard.cases.Gate;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** CodeDeploy ends launches whose deployment fails: people are notified once, with what is known of the reason. */
@Tag("verify")
class FailedLaunchesTest {
    /** After the deployment began, before the upgrade of the JDK. */
    private static final Duration DEPLOYING = Duration.ofSeconds(16);

    private static final String NO_JAVA = """
            LifecycleEvent - AfterInstall
            Script - scripts/check.sh
            [stderr]/opt/app/bin/run: line 3: /usr/lib/jvm/java/bin/java: No such file or directory
            [stderr]password=hunter2""";

    static List<JsonNode> published(FunctionStage stage) {
        return stage.aws.events().from("launch-guard").stream()
                .filter(event -> event.path("detail-type").asText().equals("Launch Guard Launches Failing"))
                .<JsonNode>map(event -> event.path("detail"))
                .toList();
    }

    private static Deployment deploying(FunctionStage stage, Instance instance) {
        Deployment deployment = stage.aws.codeDeploy().all().stream()
                .filter(other -> other.id().equals(instance.launchDeployment().orElseThrow()))
                .findFirst()
                .orElseThrow();
        stage.aws.codeDeploy().lasts(deployment);
        return deployment;
    }

    /** Launches an instance whose deployment fails, before the upgrade of the JDK. */
    static Instance fails(FunctionStage stage, String logTail) {
        Instance instance = stage.launch(FunctionStage.RACED);
        stage.aws.advance(DEPLOYING);
        stage.aws.codeDeploy().fail(deploying(stage, instance), instance, logTail);
        return instance;
    }

    /** As {@link #fails}, after six minutes. */
    private static Instance failsLate(FunctionStage stage) {
        Instance instance = stage.launch(FunctionStage.RACED);
        stage.aws.advance(DEPLOYING);
        Deployment deployment = deploying(stage, instance);
        stage.aws.settle(Duration.ofMinutes(6));
        stage.aws.codeDeploy().fail(deployment, instance, "");
        return instance;
    }

    private static void failsAndEnds(FunctionStage stage, String logTail) {
        fails(stage, logTail);
        stage.aws.settle(Duration.ofMinutes(10));
    }

    @Test
    void oneFailure_isCodeDeploysOwn() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            failsAndEnds(stage, "");
            assertEquals(List.of(), published(stage));
        }
    }

    @Test
    void secondFailureWithinAnHour_isAnnounced_andTheThirdIsNot() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.group().gated();
            for (int i = 0; i < 4; i++) {
                failsAndEnds(stage, NO_JAVA);
            }
            assertEquals(1, published(stage).size(), published(stage).toString());
            JsonNode news = published(stage).getFirst();
            assertEquals("web", news.path("autoScalingGroup").asText());
            assertEquals("lt-0a20c965061f64abc:1", news.path("launchTemplate").asText());
            assertEquals(2, news.path("launches").asInt());
            assertEquals(2, news.path("javaMissing").asInt());
            assertEquals("AfterInstall", news.path("lifecycleEvents").path(0).asText());
            assertTrue(
                    news.path("summary")
                            .asText()
                            .startsWith("2 launches of lt-0a20c965061f64abc:1 failed in AfterInstall"),
                    news.toString());
            assertTrue(stage.aws.events().from("launch-guard").stream()
                    .noneMatch(node -> node.toString().contains("hunter2")));
        }
    }

    /** The gate looks for a deployment that has not ended after five minutes: that look shows what was installed under it. */
    @Test
    void jdkThatWasReplacedUnderThem_isCounted() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            for (int i = 0; i < 2; i++) {
                failsLate(stage);
                stage.aws.settle(Duration.ofMinutes(10));
            }
            assertEquals(1, published(stage).size());
            assertEquals(
                    2,
                    published(stage).getFirst().path("jdkReplaced").asInt(),
                    published(stage).toString());
        }
    }

    @Test
    void failuresFurtherApartThanAnHour_areNotAnnounced() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            failsAndEnds(stage, "");
            stage.aws.advance(Duration.ofMinutes(61));
            failsAndEnds(stage, "");
            assertEquals(List.of(), published(stage));
        }
    }

    @Test
    void anHourLater_thoseOfTheLastHourAreAnnounced() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            for (int i = 0; i < 9; i++) {
                failsAndEnds(stage, "");
            }
            assertEquals(
                    List.of(2, 6),
                    published(stage).stream()
                            .map(node -> node.path("launches").asInt())
                            .toList());
        }
    }

    @Test
    void anotherVersion_isCountedByItself() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            failsAndEnds(stage, "");
            stage.group().templateVersion(8);
            failsAndEnds(stage, "");
            assertEquals(List.of(), published(stage));
            failsAndEnds(stage, "");
            assertEquals(1, published(stage).size());
            assertEquals(
                    "lt-0a20c965061f64abc:8",
                    published(stage).getFirst().path("launchTemplate").asText());
        }
    }

    /** EventBridge delivers at least once. */
    @Test
    void doubledEvents_countOnce() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().delays(event -> List.of(Duration.ZERO, Duration.ofSeconds(40)));
            failsAndEnds(stage, "");
            assertEquals(List.of(), published(stage));
            failsAndEnds(stage, "");
            assertEquals(1, published(stage).size());
        }
    }

    /** The instance is gone, and Auto Scaling knows it no more; EC2's tags show its group and version. */
    @Test
    void failuresThatAreReportedLate_countAll() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().delays(event -> List.of(Duration.ofMinutes(9)));
            failsAndEnds(stage, "");
            failsAndEnds(stage, "");
            stage.settle();
            assertEquals(1, published(stage).size());
            assertEquals(
                    "lt-0a20c965061f64abc:1",
                    published(stage).getFirst().path("launchTemplate").asText());
        }
    }

    /** A notification that fails is sent when the signal comes again. */
    @Test
    void eventBridgeThatFails_isAskedAgain() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            failsAndEnds(stage, "");
            stage.aws.faults().on("events", "PutEvents").times(12).fail("InternalException", "asked for");
            failsAndEnds(stage, "");
            stage.settle();
            assertEquals(1, published(stage).size());
        }
    }

    @Test
    void otherDeploymentsThatFail_areNoLaunches() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            for (int i = 0; i < 3; i++) {
                Instance instance = stage.launch(FunctionStage.HEALTHY);
                stage.settle();
                Deployment fleet = stage.aws
                        .codeDeploy()
                        .running(stage.aws.deploymentGroup(), "d-FLEET000" + i, "user", List.of(instance));
                stage.aws.codeDeploy().fail(fleet, instance);
                stage.settle();
            }
            assertEquals(List.of(), published(stage));
        }
    }

    @Test
    void groupThatIsNotOptedIn_isNotCounted() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().tags().remove("launch-guard");
            failsAndEnds(stage, "");
            failsAndEnds(stage, "");
            assertEquals(List.of(), published(stage));
        }
    }

    /**
     * Another hook ends the launch while CodeDeploy deploys: without Auto Scaling's event the case would wait for
     * minutes.
     */
    @Test
    void endOfTheLaunch_endsItsCase() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated().launchHook("check", Duration.ofMinutes(2), "ABANDON");
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.advance(DEPLOYING);
            deploying(stage, instance);
            stage.aws.settle(Duration.ofSeconds(130));
            assertEquals(
                    "CLOSED",
                    stage.status(instance),
                    stage.caseOf(instance).timeline().toString());
            assertEquals(
                    Gate.State.GONE,
                    Objects.requireNonNull(stage.caseOf(instance).gate()).state());
        }
    }
}
