package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances whose JDK is replaced long after their launch: reported, never changed. */
class AfterPatchTest {
    private static final String NOTICE = "Stale After Patch";
    private static final String COMMAND = "ssm-patch-command-success";

    /** An instance of a scenario, launched long ago without us. */
    static Instance old(FunctionStage stage, String scenario) {
        Instance instance = stage.launch(scenario);
        instance.tags().put("launch-guard", "not yet");
        stage.settle();
        stage.aws.advance(Duration.ofDays(60));
        instance.tags().put("launch-guard", "on");
        return instance;
    }

    private static ObjectNode sample(String name, Instance instance) {
        try {
            ObjectNode event = (ObjectNode) Json.parse(Files.readString(Path.of("events/" + name + ".json")));
            event.withObject("/detail").put("instance-id", instance.id());
            return event;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void patched(FunctionStage stage, Instance instance) {
        ObjectNode event = sample(COMMAND, instance);
        event.withObject("/detail").put("command-id", UUID.randomUUID().toString());
        stage.aws.events().publish(event);
    }

    private static void beginProbe(FunctionStage stage, Instance instance) {
        assertEquals("PROBING", status(stage, sample(COMMAND, instance)));
        assertEquals(1, stage.commands("Probe", instance).size());
        assertFalse(stage.caseOf(instance).ended());
    }

    private static String status(FunctionStage stage, ObjectNode event) {
        return stage.aws.invoke(event.toString()).path("status").asText();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ssm-patch-command-success", "ssm-patch-with-hooks-failed", "ssm-patch-association-success"})
    void staleAfterAnyPatching_isAnnouncedWithHowToRestart_andNothingIsDone(String sample) {
        try (FunctionStage stage =
                FunctionStage.remediating("AfterPatch", "report", "ActOnBystanders", "true", "ReplaceSingle", "true")) {
            Instance instance = old(stage, FunctionStage.RACED);
            stage.aws.events().publish(sample(sample, instance));
            stage.settle();

            assertEquals("REPORTED", stage.status(instance));
            JsonNode published = stage.published(NOTICE, instance).getFirst();
            assertEquals("STALE_JDK", published.path("verdict").asText());
            assertTrue(published.path("restart").asText().contains("systemctl restart "), published.toString());
            assertTrue(published.path("reason").asText().contains("nothing was done"), published.toString());
            assertEquals(1, stage.commands("Probe", instance).size());
            assertEquals(List.of(), stage.foreignChanges());
            assertEquals(List.of(), stage.aws.calls().of("ec2", "CreateTags"));
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            assertEquals(List.of(), stage.published("Refusal", instance));
        }
    }

    @Test
    void group_isNotifiedOnceInAWindow_andSummedUp() {
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            List<Instance> all = List.of(
                    old(stage, FunctionStage.RACED), old(stage, FunctionStage.RACED), old(stage, FunctionStage.RACED));
            all.forEach(instance -> patched(stage, instance));
            stage.settle();
            assertEquals(
                    1,
                    all.stream()
                            .mapToInt(instance ->
                                    stage.published(NOTICE, instance).size())
                            .sum());
            all.forEach(instance -> assertEquals("REPORTED", stage.status(instance)));
            stage.aws.advance(Duration.ofHours(2));
            stage.aws.runSchedule();
            JsonNode summary = stage.aws.events().from("launch-guard").stream()
                    .filter(event -> event.path("detail-type").asText().equals("Launch Guard Summary"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(3, summary.at("/detail/counts/STALE_AFTER_PATCH").asInt());
            patched(stage, all.getFirst());
            stage.settle();
            assertEquals(
                    2,
                    all.stream()
                            .mapToInt(instance ->
                                    stage.published(NOTICE, instance).size())
                            .sum());
        }
    }

    @Test
    void patchedWithoutHarm_isClosedWithoutANotification() {
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            Instance instance = old(stage, FunctionStage.HEALTHY);
            patched(stage, instance);
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
            assertEquals(List.of(), stage.published(NOTICE, instance));
        }
    }

    @Test
    void off_noRuleTakesIt_andTheFunctionIgnoresIt() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance instance = old(stage, FunctionStage.RACED);
            patched(stage, instance);
            stage.settle();
            assertTrue(stage.latest(instance).isEmpty());
            JsonNode answer = stage.aws.invoke(sample(COMMAND, instance).toString());
            assertEquals("IGNORED", answer.path("status").asText());
            assertTrue(answer.path("reason").asText().contains("LAUNCH_GUARD_AFTER_PATCH"), answer.toString());
        }
    }

    @Test
    void withoutTheOptIn_itIsIgnored() {
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            Instance instance = old(stage, FunctionStage.RACED);
            instance.tags().put("launch-guard", "no");
            assertEquals("IGNORED", status(stage, sample(COMMAND, instance)));
            assertTrue(stage.latest(instance).isEmpty());
        }
    }

    @Test
    void sameEventAgain_isAnsweredAndProbesNothing() {
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            Instance instance = old(stage, FunctionStage.RACED);
            assertEquals("PROBING", status(stage, sample(COMMAND, instance)));
            stage.settle();
            assertEquals("REPORTED", status(stage, sample(COMMAND, instance)));
            assertEquals(1, stage.commands("Probe", instance).size());
        }
    }

    @Test
    void secondPatching_whileTheFirstIsProbed_isProbedToo() {
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            Instance instance = old(stage, FunctionStage.HEALTHY);
            beginProbe(stage, instance);
            patched(stage, instance);
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
            assertEquals(2, stage.commands("Probe", instance).size());
        }
    }

    /** A case after patching is not a launch's case: a manual repair opens its own. */
    @Test
    void personWhoAsksMeanwhile_isNotHeldBackByIt() {
        try (FunctionStage stage = FunctionStage.remediating("AfterPatch", "report")) {
            Instance instance = old(stage, FunctionStage.RACED);
            beginProbe(stage, instance);
            stage.ask(instance, ",\"action\":\"remediate\",\"waitSeconds\":0");
            stage.settle();
            assertEquals("REPAIRED", stage.status(instance));
            assertEquals(1, stage.commands("Redeploy", instance).size());
        }
    }

    /** A deployment to an old instance is none of a launch, also while it is probed after patching. */
    @Test
    void deploymentMeanwhile_makesItNoLaunch() {
        try (FunctionStage stage = FunctionStage.remediating("AfterPatch", "report")) {
            Instance instance = old(stage, FunctionStage.RACED);
            beginProbe(stage, instance);
            JsonNode answer = stage.aws.invoke(("{\"source\":\"aws.codedeploy\",\"detail-type\":\"CodeDeploy Instance"
                            + " State-change Notification\",\"detail\":{\"instanceId\":\"%s\",\"state\":\"SUCCESS\","
                            + "\"deploymentId\":\"d-LATER0001\",\"application\":\"rest-api\",\"deploymentGroup\":\"prod\","
                            + "\"instanceGroupId\":\"%s\"}}")
                    .formatted(instance.id(), launchguard.sandbox.Sandbox.DEPLOYMENT_GROUP_ID));
            assertEquals("IGNORED", answer.path("status").asText());
            stage.settle();
            assertEquals("REPORTED", stage.status(instance));
            assertEquals(List.of(), stage.foreignChanges());
        }
    }

    @Test
    void duringALaunch_theLaunchsOwnCaseStands() {
        try (FunctionStage stage = FunctionStage.remediating("AfterPatch", "report")) {
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.invoke(sample(COMMAND, instance).toString());
            stage.settle();
            assertEquals("REPAIRED", stage.status(instance));
            assertEquals(1, stage.caseOf(instance).id().number());
            assertEquals(List.of(), stage.published(NOTICE, instance));
        }
    }

    @Test
    void hostsThatPatchThemselves_areProbedOnceADay() {
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            Instance stale = old(stage, FunctionStage.RACED);
            Instance healthy = old(stage, FunctionStage.HEALTHY);
            stage.aws.settleWithSchedule(Duration.ofDays(1));
            assertEquals(1, stage.commands("Probe", stale).size());
            assertEquals(1, stage.commands("Probe", healthy).size());
            assertEquals("REPORTED", stage.status(stale));
            assertEquals("CLOSED", stage.status(healthy));
            stage.aws.settleWithSchedule(Duration.ofDays(1));
            assertEquals(2, stage.commands("Probe", stale).size());
            assertEquals(2, stage.published(NOTICE, stale).size());
        }
    }

    /** AWS-RunPatchBaselineWithHooks passes no parameters to a hook's document. */
    @Test
    void probe_runsAsAHook_withoutParameters() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.scripts(launchguard.sandbox.ScriptRunner.live());
            Instance instance = old(stage, FunctionStage.RACED);
            String command = stage.aws
                    .configure(software.amazon.awssdk.services.ssm.SsmClient.builder())
                    .build()
                    .sendCommand(
                            request -> request.documentName("LaunchGuard-Probe").instanceIds(instance.id()))
                    .command()
                    .commandId();
            stage.settle();
            String printed = stage.aws
                    .configure(software.amazon.awssdk.services.ssm.SsmClient.builder())
                    .build()
                    .getCommandInvocation(request -> request.commandId(command).instanceId(instance.id()))
                    .standardOutputContent();
            assertTrue(printed.startsWith("{") && printed.contains("\"jvms\""), printed);
        }
    }

    @Test
    void whereItIsOff_noInstanceIsProbedDaily() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance stale = old(stage, FunctionStage.RACED);
            stage.aws.settleWithSchedule(Duration.ofDays(1));
            assertEquals(List.of(), stage.commands("Probe", stale));
        }
    }
}
