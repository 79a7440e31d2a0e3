package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that read the table of cases, after the function has really processed some launches. */
@Tag("verify")
class CasesTest extends StackWithCases {

    private ToolRun run(String... arguments) {
        return Terminal.run(
                aws,
                Stream.concat(Stream.of(arguments), Stream.of("--table", table)).toArray(String[]::new));
    }

    private static JsonNode json(ToolRun run) throws Exception {
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void cases_asATable() {
        ToolRun run = run("cases", "--since", "P9999D");
        assertEquals(0, run.exit(), run.toString());
        List<String> lines = run.out().lines().toList();
        assertEquals(4, lines.size(), run.out());
        assertEquals("", run.err(), "what else lies in the table is no case that can't be read");
        assertTrue(lines.getFirst().startsWith("CASE ID "), run.out());
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("REPAIRED") && line.contains("redeploy proved")),
                run.out());
        assertFalse(run.out().contains("\033"), "no colours where nobody watches");
    }

    @Test
    void cases_ofWhichSomeAreAskedFor() throws Exception {
        JsonNode stale = json(run("cases", "--since", "P9999D", "--verdict", "STALE_JDK", "--format", "json"));
        assertEquals(1, stale.size());
        assertEquals("STALE_JDK", stale.path(0).path("firstVerdict").asText());
        assertEquals("HEALTHY", stale.path(0).path("verdict").asText());
        assertEquals(repaired.id(), stale.path(0).path("instanceId").asText());
        assertTrue(stale.path(0).path("launchMarginSeconds").asDouble() < -10, stale.toString());
        assertEquals(
                0,
                json(run("cases", "--since", "P9999D", "--open", "--format", "json"))
                        .size());
        assertEquals(
                0,
                json(run("cases", "--since", "P9999D", "--asg", "db", "--format", "json"))
                        .size());
        assertEquals(
                1,
                json(run("cases", "--since", "P9999D", "--status", "REPAIRED", "--format", "json"))
                        .size());
    }

    @Test
    void cases_asCsv() {
        ToolRun run = run("cases", "--since", "P9999D", "--status", "REPAIRED", "--format", "csv");
        List<String> lines = run.out().lines().toList();
        assertEquals(2, lines.size(), run.out());
        assertEquals(String.join(",", Cases.SHOWN) + "," + String.join(",", Cases.MORE), lines.getFirst());
        assertTrue(lines.getLast().startsWith(repaired.id() + "."), run.out());
    }

    @Test
    void case_byItsInstance_showsAllOfIt() {
        ToolRun run = run("case", repaired.id());
        assertEquals(0, run.exit(), run.toString());
        String out = run.out();
        assertTrue(out.lines().findFirst().orElse("").endsWith("HEALTHY  REPAIRED"), out);
        assertTrue(out.contains("runs on a JDK whose files are gone"), "what happened at first: " + out);
        assertTrue(out.contains("How we know: cloud-init finished"), out);
        assertTrue(out.contains("and its java.home is gone"), "the evidence before the remedy: " + out);
        assertTrue(
                out.contains("What was done: Redeploying on the instance worked, as the instance itself proved."), out);
        assertTrue(out.contains("How to prevent it: "), out);
        assertTrue(out.contains("See prevention/"), out);
        assertTrue(out.contains("probe sent"), out);
    }

    @Test
    void case_byItsId_asJson() throws Exception {
        String id = json(run("case", repaired.id(), "--format", "json"))
                .path("caseId")
                .asText();
        JsonNode node = json(run("case", id, "--format", "json"));
        assertEquals("REPAIRED", node.path("status").asText());
        // One more where the group was not yet large enough to lose an instance when it was first decided.
        JsonNode looks = node.path("looks");
        assertTrue(looks.size() >= 2, node.toString());
        assertEquals("STALE_JDK", looks.path(0).path("verdict").asText(), node.toString());
        assertEquals("HEALTHY", looks.path(looks.size() - 1).path("verdict").asText(), node.toString());
        assertEquals("PROVED", node.path("attempts").path(0).path("end").asText());
        assertFalse(node.path("timeline").isEmpty());
    }

    @Test
    void healthyCase_needsNoPrevention() {
        String out = run("case", healthy.id()).out();
        assertTrue(out.contains("What was done: Nothing was changed. Nothing is left to do."), out);
        assertFalse(out.contains("never comes back"), out);
    }

    /** Whatever the function has decided in its life, the stored evidence leads to again. */
    @Test
    void replay_ofEachCase_decidesAsThen() throws Exception {
        for (JsonNode node : json(run("cases", "--since", "P9999D", "--format", "json"))) {
            JsonNode again = json(run("replay", node.path("caseId").asText(), "--format", "json"));
            assertEquals(node.path("firstVerdict"), again.path("verdict"), again.toString());
            assertEquals(node.path("launchMarginSeconds"), again.path("marginSeconds"), again.toString());
            boolean remedied = node.path("remedies").asText().startsWith("redeploy");
            assertEquals(remedied ? "redeploy" : "", again.path("action").asText(), again.toString());
        }
    }

    @Test
    void replay_withOtherSettings_decidesByThem() throws Exception {
        ToolRun restart = run("replay", repaired.id(), "--set", "LAUNCH_GUARD_LADDER=restart,replace");
        assertEquals(10, restart.exit(), restart.toString());
        assertTrue(restart.out().contains("Now:  STALE_JDK. Restarting the service."), restart.out());
        assertTrue(restart.out().contains("Then: STALE_JDK. What was done: Redeploying"), restart.out());
        JsonNode observed =
                json(run("replay", repaired.id(), "--set", "LAUNCH_GUARD_MODE=observe", "--format", "json"));
        assertEquals("OBSERVE_MODE", observed.path("refusal").asText());
        JsonNode single = json(run(
                "replay", repaired.id(), "--set", "LAUNCH_GUARD_LADDER=replace", "--desired", "1", "--format", "json"));
        assertEquals("SINGLE_INSTANCE_GROUP", single.path("refusal").asText(), single.toString());
        assertTrue(run("replay", repaired.id(), "--last").out().contains("Now:  HEALTHY. Repaired."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replay i-0123456789abcdef0 --set LAUNCH_GUARD_PRAYER=on",
                "replay i-0123456789abcdef0 --set LAUNCH_GUARD_LADDER=pray",
                "replay i-0123456789abcdef0 --desired 0",
                "replay"
            })
    void replay_wrongUsage(String line) {
        ToolRun run = run(line.split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertEquals("", run.out());
    }

    @Test
    void unknownCase_saysWhereItLooked() {
        ToolRun run = run("case", "i-0123456789abcdef0");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("has no case i-0123456789abcdef0"), run.err());
        assertTrue(run.err().contains("90 days"), run.err());
    }

    @Test
    void tableThatIsNotThere_saysWhatToDo() {
        ToolRun run = Terminal.run(aws, "cases", "--table", "nowhere");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("stack's outputs TableName"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cases --table /", "cases --status GOOD", "cases --since yesterday", "case", "case i-1"})
    void wrongUsage(String line) {
        ToolRun run = Terminal.run(aws, (line + " --table t-1").split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertEquals("", run.out());
    }

    @Test
    void withoutATable_itSaysWhereItsNameIs() {
        ToolRun run = Terminal.run(aws, "cases");
        assertEquals(2, run.exit());
        assertTrue(run.err().contains("describe-stacks"), run.err());
    }

    @Test
    void howFarToLookBack_isSaidAsItIsTyped() {
        ToolRun days = Terminal.run(aws, "cases", "--table", table, "--since", "P0D");
        assertTrue(days.err().contains("within P0D "), days.toString());
        assertTrue(ToolRun.of("cases", "--help").out().replaceAll("\\s+", " ").contains("default: P1D."));
        for (String wrong : new String[] {"7d", "-P1D", ""}) {
            ToolRun run = ToolRun.of("cases", "--table", "t-1", "--since", wrong);
            assertEquals(2, run.exit(), run.toString());
            assertTrue(run.err().contains("'" + wrong + "' is no time as in PT6H"), run.err());
        }
    }
}
