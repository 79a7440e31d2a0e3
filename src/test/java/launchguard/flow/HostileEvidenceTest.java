package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import launchguard.model.CommandId;
import launchguard.sandbox.Command;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.DeploymentGroup;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile evidence: it chooses no other instance, no other group and no command, and blocks no queue. */
@Tag("verify")
class HostileEvidenceTest {
    private static final String OTHER_GROUP = "99999999-5c3d-4d53-9c1e-7f0b6f3f1a01";

    private FunctionStage stage(String... parameters) {
        Map<String, String> all = new TreeMap<>(Map.of("MaxUnavailablePercent", "100", "MaxReplacements", "100"));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        FunctionStage stage = FunctionStage.remediating(all.entrySet().stream()
                .flatMap(entry -> List.of(entry.getKey(), entry.getValue()).stream())
                .toArray(String[]::new));
        return stage;
    }

    private static void withoutEventsOfCodeDeploy(FunctionStage stage) {
        stage.aws.events().lose(EventBus.sentBy("aws.codedeploy"));
    }

    private static void nothingIsLeft(FunctionStage stage, Instance... instances) {
        for (Instance instance : instances) {
            assertTrue(stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
        }
        assertEquals(List.of(), stage.aws.deadLetters().messages());
        assertEquals(List.of(), stage.aws.queue().messages());
        assertEquals(
                List.of(),
                stage.logLines().stream()
                        .filter(line -> line.path("level").asText().equals("ERROR"))
                        .toList());
    }

    /** An application server may well have forked forty workers; the document takes 32 of them. */
    @Test
    void moreStaleJvmsThanADocumentTakes_areRepairedAllTheSame() {
        try (FunctionStage stage = stage()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.liars.change(broken, evidence -> {
                ArrayNode jvms = (ArrayNode) evidence.path("jvms");
                for (int i = 1;
                        i < 40
                                && LyingInstances.firstJvm(evidence)
                                        .path("javaHomeGone")
                                        .asBoolean();
                        i++) {
                    ObjectNode worker =
                            LyingInstances.firstJvm(evidence).deepCopy().put("pid", 30_000 + i);
                    worker.remove("deletedMappings");
                    jvms.add(worker);
                }
            });
            stage.settle();
            assertEquals(1, stage.commands("Redeploy").size());
            assertEquals("REPAIRED", stage.status(broken));
            nothingIsLeft(stage, broken);
        }
    }

    /**
     * An instance that always shows another stale JVM gets a few restarts and a person, not a restart and a mail each
     * minute.
     */
    @Test
    void newStaleJvmsWithoutEnd_areRestartedAFewTimes() {
        try (FunctionStage stage = stage("Ladder", "restart")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            int[] pid = {1_000};
            stage.liars.change(
                    broken,
                    evidence -> LyingInstances.firstJvm(evidence)
                            .put("pid", ++pid[0])
                            .put("javaHomeGone", true)
                            .put("exeLinks", 0));
            stage.nextRemedies(broken, java.util.Collections.nCopies(100, 0).toArray(Integer[]::new));
            stage.settle();
            assertEquals(8, stage.commands("Restart").size());
            assertEquals("ESCALATED", stage.status(broken));
            assertTrue(
                    String.valueOf(stage.caseOf(broken).finding().reason()).contains("8 times"),
                    stage.caseOf(broken).finding().toString());
            nothingIsLeft(stage, broken);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart", "redeploy,restart"})
    void processNumbersThatNoKernelGives_endInARemedyOrARefusal(String ladder) {
        try (FunctionStage stage = stage("Ladder", ladder)) {
            long[][] numbers = {
                {Integer.MAX_VALUE, 100},
                {10_000_000, 100},
                {4_194_305, 100},
                {4711, 0},
                {4711, -1},
                {4711, Long.MAX_VALUE},
                {-1, 100},
                {1, Long.MIN_VALUE}
            };
            Instance[] broken = new Instance[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                long[] said = numbers[i];
                broken[i] = stage.launch(FunctionStage.RACED);
                stage.liars.change(
                        broken[i],
                        evidence -> LyingInstances.firstJvm(evidence)
                                .put("pid", (int) said[0])
                                .put("startTicks", said[1]));
            }
            stage.settle();
            nothingIsLeft(stage, broken);
        }
    }

    /** Should a document ever take less than what was decided, the case goes on to the next rung. */
    @Test
    void parametersThatTheDocumentRefuses_areNotSentAgainAndAgain() {
        try (FunctionStage stage = stage("Ladder", "restart,redeploy")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws
                    .faults()
                    .by(call -> call.input().path("DocumentName").asText().endsWith("-Restart")
                            ? new launchguard.sandbox.wire.Effect.Fail(
                                    400, "InvalidParameters", "does not match the pattern")
                            : new launchguard.sandbox.wire.Effect.None());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(1, stage.commands("Redeploy").size());
            nothingIsLeft(stage, broken);
        }
    }

    /** Only what CodeDeploy itself says was deployed here can be deployed again, to the group that CodeDeploy names. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void deploymentsOfOthers_areNotDeployedAgain(boolean eventsOfCodeDeploy, boolean ownNamedToo) {
        try (FunctionStage stage = stage("RedeployScope", "group", "Ladder", "redeploy")) {
            Deployment others = othersDeployment(stage);
            if (!eventsOfCodeDeploy) {
                withoutEventsOfCodeDeploy(stage);
            }
            Instance hostile = stage.launch(FunctionStage.RACED);
            stage.liars.change(hostile, evidence -> {
                ArrayNode deployments = (ArrayNode) evidence.path("deployments");
                ObjectNode named = ((ObjectNode) deployments.get(0))
                        .deepCopy()
                        .put("groupId", OTHER_GROUP)
                        .put("deploymentId", others.id());
                if (!ownNamedToo) {
                    deployments.removeAll();
                }
                deployments.insert(0, named);
                evidence.path("jvms").forEach(jvm -> ((ObjectNode) jvm).put("groupId", OTHER_GROUP));
            });
            stage.settle();
            for (Call call : stage.aws.calls().of("codedeploy", "CreateDeployment")) {
                assertEquals("rest-api", call.input().path("applicationName").asText(), call.toString());
            }
            nothingIsLeft(stage, hostile);
        }
    }

    private static Deployment othersDeployment(FunctionStage stage) {
        DeploymentGroup payments = stage.aws.codeDeploy().group("payments", "prod", OTHER_GROUP);
        Deployment deployment = stage.aws.codeDeploy().running(payments, "d-PAYMENTS1");
        stage.aws.codeDeploy().finish(deployment, "Succeeded");
        return deployment;
    }

    /** SSM counts characters: 24,000 of four bytes each are the most that one case can be made to remember. */
    @Test
    void evidenceOfTheLargestSize_isRemembered_orNot_butNeverTooLargeForTheTable() {
        try (FunctionStage stage = stage("Ladder", "restart,redeploy")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.liars.change(broken, evidence -> {
                for (int i = 0; i < 36; i++) {
                    ((ArrayNode) evidence.path("jvms"))
                            .add(Json.object("pid", 50_000 + i, "exeLinks", 0, "unit", i + "\ud83d\ude00".repeat(480)));
                }
            });
            stage.settle();
            assertTrue(String.valueOf(stage.caseOf(broken).memory().evidence()).length() > 35_000);
            nothingIsLeft(stage, broken);
        }
    }

    @Test
    void wordsOfAnotherInstance_changeNothingOfIt() {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance good = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            String before = stage.caseOf(good).toString();
            Instance hostile = stage.launch(FunctionStage.RACED);
            stage.liars.change(hostile, evidence -> evidence.withObject("/host").put("instanceId", good.id()));
            hostile.tags().put("Name", good.id());
            hostile.tags().put("launch-guard:case", stage.caseOf(good).id().toString());
            hostile.tags().put("launch-guard:verdict", "HEALTHY");
            stage.settle();
            assertEquals("INCONCLUSIVE", stage.caseOf(hostile).finding().verdict());
            assertEquals(before, stage.caseOf(good).toString());
            assertEquals(
                    Set.of("LaunchGuard-Probe"),
                    stage.aws.commands().all().stream()
                            .map(Command::documentName)
                            .collect(Collectors.toSet()));
            assertNotEquals("terminated", good.state());
            nothingIsLeft(stage, hostile);
        }
    }

    /** The answer to a command is read of the instance whose case it is, whatever an event says. */
    @Test
    void eventsAboutAnothersCommand_moveNothing() {
        try (FunctionStage stage = stage("Ladder", "restart")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            CommandId remedy =
                    new CommandId(stage.commands("Restart", broken).getFirst().id());
            stage.aws.events().lose(event -> true);
            Instance good = stage.launch(FunctionStage.HEALTHY);
            String cases = stage.caseOf(broken).toString();
            stage.aws.invoke(launched(good));
            String probing = stage.caseOf(good).toString();
            for (String document : List.of("LaunchGuard-Restart", "LaunchGuard-Probe")) {
                for (Instance named : List.of(good, broken)) {
                    stage.aws.invoke(commandEnded(named, remedy, document));
                }
            }
            assertEquals(probing, stage.caseOf(good).toString());
            assertEquals(cases, stage.caseOf(broken).toString());
            stage.settle();
            assertEquals("HEALTHY", stage.caseOf(good).finding().verdict());
            assertEquals(List.of(), stage.commands("Restart", good));
            nothingIsLeft(stage, good, broken);
        }
    }

    private static String launched(Instance instance) {
        return """
            {"source":"aws.autoscaling","detail-type":"EC2 Instance Launch Successful",
             "detail":{"EC2InstanceId":"%s","AutoScalingGroupName":"web"}}\
            """.formatted(instance.id());
    }

    private static String commandEnded(Instance instance, CommandId command, String document) {
        return """
            {"source":"aws.ssm","detail-type":"EC2 Command Invocation Status-change Notification",
             "detail":{"command-id":"%s","document-name":"%s","instance-id":"%s","status":"Success"}}\
            """.formatted(command, document, instance.id());
    }

    /**
     * Whatever names an instance gives to its deployment, group, units and files, it can affect only its own remedy.
     */
    @Test
    void namesThatBreakOut_reachNoParameter() {
        List<String> names = List.of(
                "d-AAAAAAAAA; touch /tmp/x",
                "$(reboot)",
                "`id`",
                "d-AAAAAAAAA\nrm -rf /",
                "' || true #",
                "{{ssm:secret}}",
                "{{ssm-secure:password}}",
                "../../etc",
                "d-AAAAAAAAA\u0000",
                "-rf",
                "arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:payments/prod",
                "i-0ffffffffffffffff");
        try (FunctionStage stage = stage("ReplaceSingle", "true", "Ladder", "restart,redeploy,replace")) {
            withoutEventsOfCodeDeploy(stage);
            Instance[] hostile = names.stream()
                    .map(name -> {
                        Instance instance = stage.launch(FunctionStage.RACED);
                        stage.liars.change(instance, evidence -> LyingInstances.name(evidence, name));
                        return instance;
                    })
                    .toArray(Instance[]::new);
            stage.settle();
            nothingIsLeft(stage, hostile);
            for (int i = 0; i < hostile.length; i++) {
                String name = Json.object("x", names.get(i)).path("x").toString();
                for (Call call : stage.foreignChanges()) {
                    assertTrue(
                            !call.input().toString().contains(name.substring(1, name.length() - 1)), call.toString());
                }
            }
        }
    }
}
