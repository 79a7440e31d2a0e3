package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import launchguard.sandbox.CommandDelivery;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Each remedy: stored as intended, then done once, then proved; and what each of its ends leads to. */
class RemedySenderTest {
    /** What mattered, in the order of the calls. */
    private static List<String> order(FunctionStage stage) {
        List<String> order = new ArrayList<>();
        for (Call call : stage.aws.calls().all()) {
            String written = call.input().toString();
            switch (call.operation()) {
                case "TransactWriteItems" -> {
                    if (written.contains("{\"S\":\"ledger\"}")) {
                        order.add(written.contains("\\\"is\\\":\\\"Intended\\\"") ? "intent" : "release");
                    }
                }
                case "SendCommand" ->
                    order.add(call.input().path("DocumentName").asText());
                case "CreateDeployment", "SetInstanceHealth" -> order.add(call.operation());
                default -> {}
            }
        }
        return order;
    }

    @Test
    void redeployment_isIntendedDoneOnceAndProved() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    List.of("LaunchGuard-Probe", "intent", "LaunchGuard-Redeploy", "release", "LaunchGuard-Probe"),
                    order(stage));
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals("redeploy", stage.caseOf(broken).finding().action());
            assertEquals("HEALTHY", broken.tags().get("launch-guard:verdict"));
            assertEquals(1, stage.published("Action", broken).size());
            assertEquals(1, stage.published("Case Closed", broken).size());
            assertEquals(List.of(), stage.published("Refusal", broken));
        }
    }

    @Test
    void restart_isIntendedDoneOnceAndProved() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "restart,redeploy,replace")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    List.of("LaunchGuard-Probe", "intent", "LaunchGuard-Restart", "release", "LaunchGuard-Probe"),
                    order(stage));
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    @Test
    void groupRedeployment_isIntendedDoneOnceAndProved() {
        try (FunctionStage stage = FunctionStage.remediating("RedeployScope", "group")) {
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    List.of("LaunchGuard-Probe", "intent", "CreateDeployment"),
                    order(stage).subList(0, 3));
            assertEquals(
                    1, stage.aws.calls().of("codedeploy", "CreateDeployment").size());
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(2, stage.commands("Probe").size());
        }
    }

    /** AWS takes no idempotency token for deployments: one whose answer was lost is found by its description. */
    @Test
    void groupRedeploymentWhoseAnswerWasLost_isFoundAgain() {
        try (FunctionStage stage = FunctionStage.remediating("RedeployScope", "group")) {
            stage.aws.faults().on("codedeploy", "CreateDeployment").loseAnswer();
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    1, stage.aws.calls().of("codedeploy", "CreateDeployment").size());
            assertEquals(
                    1,
                    stage.aws.calls().of("codedeploy", "ListDeployments").stream()
                            .filter(look -> look.input().has("createTimeRange"))
                            .count());
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
        }
    }

    @Test
    void replacement_isIntendedDoneOnce_andTheNewInstanceIsProved() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "replace", "ReplaceSingle", "true")) {
            stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    List.of("LaunchGuard-Probe", "intent", "SetInstanceHealth"),
                    order(stage).subList(0, 3));
            assertEquals(
                    1, stage.aws.calls().of("autoscaling", "SetInstanceHealth").size());
            assertEquals("REPLACED", stage.status(broken));
            Instance fresh = stage.group().instances().getLast();
            assertEquals("CLOSED", stage.status(fresh));
            assertEquals("HEALTHY", stage.caseOf(fresh).finding().verdict());
        }
    }

    @Test
    void jdkReplacedInPlace_isReplacedOnlyAfterARedeploymentThatFailedHalfWay() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
            Instance broken = stage.group().launch(stage.image(FunctionStage.IN_PLACE, "apphook-fails"));
            stage.settle();
            assertEquals("REPLACED", stage.status(broken));
            assertEquals(1, stage.commands("Redeploy").size());

            Instance other = stage.launch(stage.aws.group("other"), FunctionStage.IN_PLACE);
            stage.nextRemedies(other, 13);
            stage.settle();
            assertEquals("ESCALATED", stage.status(other));
            assertEquals("LADDER_EXHAUSTED", stage.refusal(other));
            assertEquals(1, stage.published("Refusal", other).size());
        }
    }

    @Test
    @Tag("verify")
    void everyExitCode_hasItsNextStep() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true", "MaxReplacements", "100")) {
            Map<Integer, String> ends = new TreeMap<>();
            for (int exit : List.of(10, 13, 14, 15, 20, 21, 1, 127, 137, 11, 12, 75)) {
                Instance broken = stage.launch(stage.aws.group("web" + exit), FunctionStage.RACED);
                stage.nextRemedies(broken, exit);
                stage.settle();
                ends.put(
                        exit,
                        stage.status(broken) + " "
                                + stage.commands("Redeploy", broken).size());
            }
            Map<Integer, String> wanted = new TreeMap<>();
            List.of(10, 13, 14, 15, 20, 21, 1, 127, 137).forEach(exit -> wanted.put(exit, "REPLACED 1"));
            List.of(11, 12, 75).forEach(exit -> wanted.put(exit, "REPAIRED 2"));
            assertEquals(wanted, ends);
        }
    }

    @Test
    @Tag("verify")
    void commandsThatDoNotEndByThemselves_haveTheirNextStep() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true", "MaxReplacements", "100")) {
            Map<String, String> ends = new TreeMap<>();
            for (CommandDelivery fate : List.of(
                    CommandDelivery.TIMES_OUT,
                    CommandDelivery.UNDELIVERABLE,
                    CommandDelivery.HANGS,
                    CommandDelivery.TERMINATED)) {
                Instance broken = stage.launch(stage.aws.group("web" + fate), FunctionStage.RACED);
                stage.aws.commands().fates((command, instance) -> {
                    boolean first = command.documentName().endsWith("Redeploy")
                            && stage.commands("Redeploy", broken).size() == 1;
                    return first ? fate : CommandDelivery.RUNS;
                });
                stage.settle();
                ends.put(
                        fate.name(),
                        stage.status(broken) + " "
                                + stage.commands("Redeploy", broken).size());
            }
            assertEquals(
                    Map.of(
                            "TIMES_OUT", "REPAIRED 2",
                            "UNDELIVERABLE", "REPAIRED 2",
                            "HANGS", "REPLACED 1",
                            "TERMINATED", "REPLACED 1"),
                    ends);
        }
    }

    @Test
    void cancelledRemedy_leadsToTheNextRung() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true");
                SsmClient ssm = stage.aws.configure(SsmClient.builder()).build()) {
            stage.aws
                    .commands()
                    .fates((command, instance) ->
                            command.documentName().endsWith("Redeploy") ? CommandDelivery.HANGS : CommandDelivery.RUNS);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals("REMEDYING", stage.status(broken));
            String command = stage.commands("Redeploy").getFirst().id();
            ssm.cancelCommand(cancel -> cancel.commandId(command));
            stage.settle();
            assertEquals("REPLACED", stage.status(broken));
        }
    }

    @Test
    @Tag("verify")
    void nothingHelps_isEscalated() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "restart,redeploy")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(broken, 21, 21);
            stage.settle();
            assertEquals("ESCALATED", stage.status(broken));
            assertEquals("LADDER_EXHAUSTED", stage.refusal(broken));
            assertEquals(1, stage.commands("Restart").size());
            assertEquals(1, stage.commands("Redeploy").size());
            assertTrue(broken.tags().containsKey("launch-guard:case"));
            assertEquals(1, stage.published("Refusal", broken).size());
            assertEquals(1, stage.published("Case Closed", broken).size());
        }
    }

    @Test
    @Tag("verify")
    void busyForTheWholeWindow_isEscalated_andAnnouncedOnce() {
        try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "PT30M", "BootDeadline", "PT20M")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.scripts(busyRedeployments(stage.honest(), 12));
            stage.settle();
            assertEquals("ESCALATED", stage.status(broken));
            assertEquals(1, stage.published("Refusal", broken).size());
            assertTrue(stage.commands("Redeploy").size() > 5);
        }
    }

    private static ScriptRunner busyRedeployments(ScriptRunner honest, int exit) {
        return (root, script, limit) -> !FunctionStage.probe(script)
                ? new ScriptRunner.Result(exit, "", "", false)
                : honest.run(root, script, limit);
    }
}
