package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.sandbox.Command;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.DeploymentGroup;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An instance that says what it likes: it chooses no other instance, no other group, no command, and stops no queue. */
class HostileEvidenceTest {
    private static final String OTHER_GROUP = "99999999-5c3d-4d53-9c1e-7f0b6f3f1a01";

    /** Well-formed evidence, with anything in it changed by whoever is root there. */
    private static ScriptRunner saying(Consumer<ObjectNode> lies) {
        ScriptRunner honest = ScriptRunner.replaying();
        return (root, script, limit) -> {
            ScriptRunner.Result result = honest.run(root, script, limit);
            if (!Stage.probe(script) || !result.stdout().startsWith("{")) {
                return result;
            }
            ObjectNode evidence = (ObjectNode) Json.parse(result.stdout());
            lies.accept(evidence);
            return new ScriptRunner.Result(result.exitCode(), evidence.toString(), result.stderr(), result.killed());
        };
    }

    private static void nothingIsLeft(Stage stage, Instance instance) {
        assertTrue(stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
        assertEquals(List.of(), stage.aws.deadLetters().messages());
        assertEquals(List.of(), stage.aws.queue().messages());
        List<String> faults = stage.logLines().stream()
                .filter(line -> line.path("level").asText().equals("ERROR"))
                .map(Object::toString)
                .toList();
        assertEquals(List.of(), faults);
    }

    private static ObjectNode firstJvm(ObjectNode evidence) {
        return (ObjectNode) evidence.at("/jvms/0");
    }

    /** An application server may well have forked forty workers; the document takes 32 of them. */
    @Test
    void moreStaleJvmsThanADocumentTakes_areRepairedAllTheSame() {
        try (Stage stage = Stage.remediating()) {
            stage.scripts(saying(evidence -> {
                ArrayNode jvms = (ArrayNode) evidence.path("jvms");
                for (int i = 1; i < 40 && firstJvm(evidence).path("javaHomeGone").asBoolean(); i++) {
                    ObjectNode worker = firstJvm(evidence).deepCopy().put("pid", 30_000 + i);
                    worker.remove("deletedMappings");
                    jvms.add(worker);
                }
            }));
            Instance broken = stage.launch(Stage.RACED);
            stage.settle();
            assertEquals(1, stage.commands("Redeploy").size());
            assertEquals("REPAIRED", stage.status(broken));
            nothingIsLeft(stage, broken);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, 100",
        "10000000, 100",
        "4711, 0",
        "4711, -1",
        "4711, 9223372036854775807",
        "-1, 100",
        "1, -9223372036854775808"
    })
    void processNumbersThatNoKernelGives_endInARemedyOrARefusal(int pid, long ticks) {
        for (String ladder : List.of("restart", "redeploy,restart")) {
            try (Stage stage = Stage.remediating("Ladder", ladder)) {
                stage.scripts(saying(
                        evidence -> firstJvm(evidence).put("pid", pid).put("startTicks", ticks)));
                Instance broken = stage.launch(Stage.RACED);
                stage.settle();
                nothingIsLeft(stage, broken);
            }
        }
    }

    /** Only what CodeDeploy itself says was deployed here can be deployed again, to the group that CodeDeploy names. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void deploymentsOfOthers_areNotDeployedAgain(boolean eventsOfCodeDeploy, boolean ownNamedToo) {
        try (Stage stage = Stage.remediating("RedeployScope", "group", "Ladder", "redeploy")) {
            Deployment others = othersDeployment(stage);
            if (!eventsOfCodeDeploy) {
                stage.aws.events().weather(event -> event.path("source").asText().equals("aws.codedeploy")
                        ? List.of()
                        : List.of(java.time.Duration.ZERO));
            }
            stage.scripts(saying(evidence -> {
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
            }));
            Instance hostile = stage.launch(Stage.RACED);
            stage.settle();
            for (Call call : stage.aws.calls().of("codedeploy", "CreateDeployment")) {
                assertEquals("rest-api", call.input().path("applicationName").asText(), call.toString());
            }
            nothingIsLeft(stage, hostile);
        }
    }

    private static Deployment othersDeployment(Stage stage) {
        DeploymentGroup payments = stage.aws.codeDeploy().group("payments", "prod", OTHER_GROUP);
        Deployment deployment = stage.aws.codeDeploy().running(payments, "d-PAYMENTS1");
        stage.aws.codeDeploy().finish(deployment, "Succeeded");
        return deployment;
    }

    /** SSM counts characters: 24,000 of four bytes each are the most that one case can be made to remember. */
    @Test
    void evidenceOfTheLargestSize_isRemembered_orNot_butNeverTooLargeForTheTable() {
        String face = "\ud83d\ude00";
        try (Stage stage = Stage.remediating("Ladder", "restart,redeploy")) {
            stage.scripts(saying(evidence -> {
                int units = 0;
                while (evidence.toString().codePointCount(0, evidence.toString().length()) < 22_000) {
                    ((ArrayNode) evidence.path("jvms"))
                            .add(firstJvm(evidence)
                                    .deepCopy()
                                    .put("pid", 50_000 + units)
                                    .put("unit", units++ + face.repeat(490)));
                }
            }));
            Instance broken = stage.launch(Stage.RACED);
            stage.settle();
            nothingIsLeft(stage, broken);
        }
    }

    @Test
    void wordsOfAnotherInstance_changeNothingOfIt() {
        try (Stage stage = Stage.remediating("ReplaceSingle", "true")) {
            Instance good = stage.launch(Stage.HEALTHY);
            stage.settle();
            String before = stage.caseOf(good).toString();
            stage.scripts(saying(evidence -> evidence.withObject("/host").put("instanceId", good.id())));
            Instance hostile = stage.launch(Stage.RACED);
            hostile.tags().put("Name", good.id());
            hostile.tags().put("launch-guard:case", stage.caseOf(good).id().toString());
            stage.settle();
            assertEquals("INCONCLUSIVE", stage.caseOf(hostile).finding().verdict());
            assertEquals(before, stage.caseOf(good).toString());
            assertEquals(Set.of("LaunchGuard-Probe"), documents(stage));
            assertNotEquals("terminated", good.state());
            nothingIsLeft(stage, hostile);
        }
    }

    private static Set<String> documents(Stage stage) {
        return stage.aws.commands().all().stream().map(Command::documentName).collect(Collectors.toSet());
    }

    /** Whatever an instance calls its deployment, group, units and files: its own remedy is all that it can bring about. */
    @Test
    void namesThatBreakOut_reachNoParameter() {
        for (String name : List.of(
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
                "i-0ffffffffffffffff")) {
            try (Stage stage = Stage.remediating("ReplaceSingle", "true", "Ladder", "restart,redeploy,replace")) {
                stage.aws.events().weather(event -> event.path("source").asText().equals("aws.codedeploy")
                        ? List.of()
                        : List.of(java.time.Duration.ZERO));
                stage.scripts(saying(evidence -> {
                    evidence.path("deployments").forEach(one -> ((ObjectNode) one)
                            .put("deploymentId", name)
                            .put("groupId", name));
                    evidence.path("jvms").forEach(one -> ((ObjectNode) one)
                            .put("unit", name)
                            .put("exe", name)
                            .put("javaHome", name)
                            .put("user", name)
                            .put("groupId", name));
                    evidence.withObject("/agent").put("rootDir", name);
                    evidence.withObject("/host").put("bootId", name);
                }));
                Instance hostile = stage.launch(Stage.RACED);
                stage.settle();
                nothingIsLeft(stage, hostile);
                Stream<Call> changing = stage.foreignChanges().stream();
                assertEquals(
                        List.of(),
                        changing.filter(call -> call.input().toString().contains(Json.object("x", name)
                                        .path("x")
                                        .toString()))
                                .toList(),
                        name);
                for (Call call : stage.foreignChanges()) {
                    assertTrue(call.input().toString().contains(hostile.id()), call.toString());
                }
            }
        }
    }
}
