package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A remedy repairs what was diagnosed; what has changed since is probed again. */
@Tag("verify")
class ChangedSinceDiagnosisTest {
    /** A change of the evidence that an instance prints. */
    private interface Change {
        void in(ObjectNode evidence);
    }

    private FunctionStage stage(String... parameters) {
        FunctionStage stage = FunctionStage.remediating(parameters);
        stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
        return stage;
    }

    /** The probes of one instance, each with the next change; the last one stays. */
    private Instance looks(FunctionStage stage, Change... changes) {
        Instance instance = stage.launch(FunctionStage.RACED);
        Iterator<Change> rest = List.of(changes).iterator();
        Change[] now = {changes[0]};
        stage.liars.change(instance, evidence -> {
            now[0] = rest.hasNext() ? rest.next() : now[0];
            now[0].in(evidence);
        });
        return instance;
    }

    private static void asItIs(ObjectNode evidence) {}

    private static void well(ObjectNode evidence) {
        LyingInstances.firstJvm(evidence)
                .put("pid", 9999)
                .put("exeLinks", 1)
                .put("javaHomeGone", false)
                .putArray("deletedMappings");
        evidence.putArray("symptoms");
    }

    private static void inUnit(ObjectNode evidence) {
        ((ObjectNode) evidence.path("host")).put("bootId", "99999999-2222-3333-4444-555555555555");
        LyingInstances.firstJvm(evidence)
                .put("unit", "rest-api.service")
                .put("groupId", Sandbox.DEPLOYMENT_GROUP_ID)
                .put("sign", "unit");
    }

    private static void anotherProcess(ObjectNode evidence) {
        LyingInstances.firstJvm(evidence).put("pid", 4711).put("startTicks", 471_100);
    }

    private static void noJvm(ObjectNode evidence) {
        ((ArrayNode) evidence.path("jvms")).removeAll();
        evidence.putArray("symptoms");
    }

    private static void down(ObjectNode evidence) {
        ((ObjectNode) evidence.path("host")).put("bootId", "99999999-2222-3333-4444-555555555555");
        noJvm(evidence);
        evidence.withArray("/failedUnits")
                .addObject()
                .put("unit", "rest-api.service")
                .put("state", "failed")
                .put("result", "exit-code")
                .put("exitStatus", 1)
                .put("java", true)
                .put("groupId", Sandbox.DEPLOYMENT_GROUP_ID)
                .put("sign", "unit");
    }

    /** As redeploy.sh leaves it: a local deployment of the same group, later than cloud-init. */
    private static void deployedAgain(ObjectNode evidence) {
        ((ObjectNode) evidence.path("host")).put("bootId", "99999999-2222-3333-4444-555555555555");
        ObjectNode local = ((ObjectNode) evidence.at("/deployments/0")).deepCopy();
        local.put("deploymentId", "d-0P04JV81Y-local")
                .put("startedUptime", evidence.at("/host/uptime").asDouble() - 1);
        ((ArrayNode) evidence.path("deployments")).add(local);
    }

    private static void anotherBoot(ObjectNode evidence) {
        ((ObjectNode) evidence.path("host")).put("bootId", "11111111-2222-3333-4444-555555555555");
        well(evidence);
    }

    private static long unhealthy(FunctionStage stage) {
        return stage.aws.calls().of("autoscaling", "SetInstanceHealth").size();
    }

    private static List<String> sent(FunctionStage stage, String document, String parameter) {
        return stage.aws.calls().of("ssm", "SendCommand").stream()
                .map(Call::input)
                .filter(input -> input.path("DocumentName").asText().endsWith("-" + document))
                .map(input -> input.path("Parameters").path(parameter).path(0).asText("absent"))
                .toList();
    }

    @Test
    void exit13_probesAgain_andLeavesWhatIsWellAlone() {
        for (String ladder : List.of("restart,replace", "redeploy,replace")) {
            try (FunctionStage stage = stage("Ladder", ladder, "ReplaceSingle", "true")) {
                Instance healed = looks(stage, ChangedSinceDiagnosisTest::asItIs, ChangedSinceDiagnosisTest::well);
                stage.nextRemedies(healed, 13);
                stage.settle();
                assertEquals(0, unhealthy(stage), ladder);
                assertEquals(2, stage.commands("Probe", healed).size(), ladder);
                assertEquals("CLOSED", stage.status(healed), ladder);
            }
        }
    }

    @Test
    void exit13_forAnotherProcess_isDiagnosedAnew_forTheSameOneTheNextRung() {
        try (FunctionStage stage = stage("Ladder", "restart,replace", "ReplaceSingle", "true")) {
            Instance other = looks(stage, ChangedSinceDiagnosisTest::asItIs, ChangedSinceDiagnosisTest::anotherProcess);
            stage.nextRemedies(other, 13, 13);
            stage.settle();
            assertEquals(2, stage.commands("Restart", other).size());
            assertEquals("4711", sent(stage, "Restart", "pid").getLast());
            assertEquals(3, stage.commands("Probe", other).size());
            assertEquals("REPLACED", stage.status(other));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 14, 15, 20, 21, 127, 137, -1, 169})
    void otherEnds_areFollowedByTheNextRungAtOnce(int exit) {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance broken = looks(stage, ChangedSinceDiagnosisTest::asItIs);
            stage.nextRemedies(broken, exit);
            stage.settle();
            assertEquals("REPLACED", stage.status(broken), "" + exit);
            assertEquals(1, stage.commands("Probe", broken).size(), "" + exit);
        }
    }

    /** SSM's agent reports 1 for a command that a reboot has cut off. */
    @Test
    void exit1WithoutOutput_afterAReboot_probesTheNewBoot() {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance rebooted = looks(stage, ChangedSinceDiagnosisTest::inUnit, ChangedSinceDiagnosisTest::anotherBoot);
            stage.nextRemedies(rebooted, 1);
            stage.settle();
            assertEquals(0, unhealthy(stage));
            assertEquals(
                    "HEALTHY",
                    String.valueOf(stage.caseOf(rebooted).finding().verdict()).replace("LUCKY_RACE", "HEALTHY"));
        }
    }

    @Test
    void exit16_neverReplaces() {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance runs = looks(stage, ChangedSinceDiagnosisTest::asItIs);
            stage.nextRemedies(runs, 16);
            stage.settle();
            assertEquals("ESCALATED", stage.status(runs));
            assertEquals(0, unhealthy(stage));
        }
        try (FunctionStage stage = stage("Ladder", "redeploy,restart,replace", "ReplaceSingle", "true")) {
            Instance runs = looks(stage, ChangedSinceDiagnosisTest::asItIs);
            stage.nextRemedies(runs, 16, 14);
            stage.settle();
            assertEquals(1, stage.commands("Restart", runs).size());
            assertEquals("ESCALATED", stage.status(runs));
            assertEquals(0, unhealthy(stage));
        }
    }

    @Test
    void redeploymentAfterABrokenRestart_isAskedForWhatIsStale() {
        try (FunctionStage stage = stage("Ladder", "restart,redeploy,replace", "ReplaceSingle", "true")) {
            Instance stale = looks(stage, ChangedSinceDiagnosisTest::inUnit);
            stage.nextRemedies(stale, 21, 0);
            stage.settle();
            assertEquals(List.of("stale"), sent(stage, "Redeploy", "expect"));
            assertNotEquals(List.of(""), sent(stage, "Redeploy", "pids"));
        }
    }

    @Test
    void redeploymentAfterABrokenRestart_isAskedForWhatIsMissing() {
        try (FunctionStage stage = stage("Ladder", "restart,redeploy,replace", "ReplaceSingle", "true")) {
            Instance down = looks(stage, ChangedSinceDiagnosisTest::inUnit, ChangedSinceDiagnosisTest::down);
            stage.nextRemedies(down, 21, 20);
            stage.settle();
            assertEquals(List.of("missing"), sent(stage, "Redeploy", "expect"));
            assertEquals(List.of("rest-api.service"), sent(stage, "Redeploy", "units"));
            assertEquals(List.of(""), sent(stage, "Redeploy", "pids"));
            assertEquals("REPLACED", stage.status(down));
        }
    }

    @Test
    void redeploymentAfterABrokenRestart_isNotAskedForWhatIsWell() {
        try (FunctionStage stage = stage("Ladder", "restart,redeploy,replace", "ReplaceSingle", "true")) {
            Instance well = looks(stage, ChangedSinceDiagnosisTest::inUnit, evidence -> {
                inUnit(evidence);
                well(evidence);
            });
            stage.nextRemedies(well, 21);
            stage.settle();
            assertEquals(List.of(), stage.commands("Redeploy", well));
            assertEquals("REPAIRED", stage.status(well));
        }
    }

    @ParameterizedTest
    @CsvSource({"redeploy,true", "redeploy,false", "restart,true", "restart,false"})
    void noJvmAfterARemedyThatProvedItself_isNotRepaired(String rung, boolean failed) {
        try (FunctionStage stage = stage("Ladder", rung + ",replace", "ReplaceSingle", "true")) {
            Instance gone = looks(stage, ChangedSinceDiagnosisTest::inUnit, evidence -> {
                deployedAgain(evidence);
                if (failed) {
                    down(evidence);
                } else {
                    noJvm(evidence);
                }
            });
            stage.nextRemedies(gone, 0);
            stage.settle();
            assertEquals("REPLACED", stage.status(gone), stage.caseOf(gone).toString());
            assertTrue(stage.commands("Probe", gone).size() >= 2);
        }
    }

    @Test
    void aJvmThatComesBackAtTheSecondProbe_isRepaired() {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance back = looks(
                    stage,
                    ChangedSinceDiagnosisTest::inUnit,
                    evidence -> {
                        deployedAgain(evidence);
                        noJvm(evidence);
                    },
                    evidence -> {
                        deployedAgain(evidence);
                        inUnit(evidence);
                        well(evidence);
                        LyingInstances.firstJvm(evidence)
                                .put(
                                        "startedUptime",
                                        evidence.at("/host/uptime").asDouble() - 0.5);
                    });
            stage.nextRemedies(back, 0);
            stage.settle();
            assertEquals("REPAIRED", stage.status(back), stage.caseOf(back).toString());
            assertEquals(0, unhealthy(stage));
        }
    }

    /** A Node.js application is well; a Java agent of the image ran when cloud-init was still at work. */
    @Test
    void aBystanderSeenBeforeCloudInitHadFinished_isNoLostJvm() {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Change agentOnly = evidence -> {
                ArrayNode jvms = (ArrayNode) evidence.path("jvms");
                jvms.removeAll();
                jvms.addObject()
                        .put("pid", 700)
                        .put("startedUptime", 1.0)
                        .put("startTicks", 100)
                        .put("unit", "aws-kinesis-agent.service")
                        .put("container", false)
                        .put("exe", "/usr/lib/jvm/x/bin/java")
                        .put("exeLinks", 1)
                        .put("javaHome", "/usr/lib/jvm/x")
                        .put("javaHomeGone", false)
                        .putArray("deletedMappings");
                evidence.putArray("symptoms");
                evidence.putArray("failedUnits");
            };
            Instance node = looks(
                    stage,
                    evidence -> {
                        agentOnly.in(evidence);
                        evidence.putObject("cloudInit").put("state", "running");
                    },
                    agentOnly,
                    evidence -> {
                        agentOnly.in(evidence);
                        noJvm(evidence);
                    });
            stage.settle();
            assertEquals(List.of(), stage.commands("Redeploy", node));
            assertEquals(0, unhealthy(stage));
            assertEquals(
                    List.of(),
                    stage.caseOf(node).memory().seen().stream()
                            .filter(jvm -> String.valueOf(jvm.unit()).contains("kinesis"))
                            .toList());
        }
    }

    /** The deployment is of an earlier boot, or the clock was set: nothing but the sign says whose the JVM is. */
    @ParameterizedTest
    @CsvSource(
            value = {
                "null,11111111-2222-3333-4444-555555555555",
                "11111111-2222-3333-4444-555555555555,null",
                "null,null",
                "99999999-2222-3333-4444-555555555555,99999999-2222-3333-4444-555555555555"
            },
            nullValues = "null")
    void aJvmOfTheGroupThatRunsWithoutADeploymentOfThisBoot_isNotLost(@Nullable String before, @Nullable String after) {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance runs = looks(
                    stage,
                    evidence -> {
                        inUnit(evidence);
                        ((ObjectNode) evidence.path("host")).put("bootId", before);
                    },
                    evidence -> {
                        inUnit(evidence);
                        well(evidence);
                        ((ObjectNode) evidence.path("host")).put("bootId", after);
                        evidence.path("deployments")
                                .forEach(node -> ((ObjectNode) node)
                                        .put("thisBoot", false)
                                        .remove("startedUptime"));
                    });
            stage.nextRemedies(runs, 0);
            stage.settle();
            assertEquals(0, unhealthy(stage), stage.caseOf(runs).toString());
            assertEquals(1, stage.commands("Redeploy", runs).size());
        }
    }

    /** What a remedy did before a reboot says nothing of the application after it. */
    @Test
    void noJvmAfterAReboot_isNoLossOfTheRemedy() {
        try (FunctionStage stage = stage("ReplaceSingle", "true")) {
            Instance rebooted = looks(stage, ChangedSinceDiagnosisTest::inUnit, evidence -> {
                anotherBoot(evidence);
                noJvm(evidence);
                evidence.path("deployments")
                        .forEach(node ->
                                ((ObjectNode) node).put("thisBoot", false).remove("startedUptime"));
            });
            stage.nextRemedies(rebooted, 0);
            stage.settle();
            assertEquals(0, unhealthy(stage), stage.caseOf(rebooted).toString());
        }
    }

    @Test
    void aRungThatTouchedNothing_givesItsPlaceBackWhileTheNextIsHeld() {
        for (int exit : new int[] {10, 13, 16}) {
            try (FunctionStage stage = stage()) {
                Instance first = stage.launch(FunctionStage.RACED);
                stage.nextRemedies(first, exit);
                stage.group().suspend("Launch");
                stage.aws.settle(Duration.ofMinutes(5));
                Instance second = stage.launch(FunctionStage.RACED);
                stage.aws.settle(Duration.ofMinutes(20));
                assertEquals("REPAIRED", stage.status(second), exit + " " + stage.caseOf(second));
            }
        }
    }

    /** Each document is sent as the stack has made it last, with its limit on the instance's own clock. */
    @Test
    void documents_areOfTheLatestVersion_andBeginInTime() {
        try (FunctionStage stage = stage("Ladder", "restart,redeploy", "ReplaceSingle", "true")) {
            Instance broken = looks(stage, ChangedSinceDiagnosisTest::inUnit);
            stage.nextRemedies(broken, 75, 14, 75, 0);
            stage.settle();
            for (Call call : stage.aws.calls().of("ssm", "SendCommand")) {
                assertEquals("$LATEST", call.input().path("DocumentVersion").asText());
            }
            for (String document : List.of("Restart", "Redeploy")) {
                for (String limit : sent(stage, document, "notAfter")) {
                    assertTrue(limit.matches("[1-9][0-9]{9}"), limit);
                }
            }
            assertFalse(sent(stage, "Redeploy", "notAfter").isEmpty());
        }
    }

    @Test
    void aRemedyThatIsBusyForLong_asksWithALaterLimitEachTime() {
        try (FunctionStage stage = stage("Ladder", "restart")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(broken, Collections.nCopies(4, 75).toArray(Integer[]::new));
            stage.aws.settle(Duration.ofMinutes(9));
            List<String> limits = sent(stage, "Restart", "notAfter");
            assertTrue(limits.size() >= 3, limits.toString());
            assertEquals(List.copyOf(new TreeSet<>(limits)), limits);
        }
    }
}
