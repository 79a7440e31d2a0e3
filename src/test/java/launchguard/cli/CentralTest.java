package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import launchguard.sandbox.CentralLog;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Organization;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three accounts whose stacks send their events to one: what the command line reads there, and that no event is
 * forwarded in a loop.
 */
@Tag("verify")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CentralTest {
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final String BROKEN = "rpm-dnf-race-jdk8-status-error";
    private static final String PAYMENTS = "111111111111";
    private static final String SEARCH = "222222222222";
    private static final String LEGACY = "333333333333";

    private final Organization organization = Organization.start();
    private final Sandbox payments = sandbox("remediate", PAYMENTS);
    private final Sandbox search = sandbox("observe", SEARCH);
    private final Sandbox legacy = sandbox("observe", LEGACY);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    CentralTest() {
        List.of(payments, search, legacy)
                .forEach(aws -> organization
                        .account(aws == payments ? PAYMENTS : aws == search ? SEARCH : LEGACY, "")
                        .region("eu-west-1", aws));
        payments.group("web").replacements(gone -> Image.recorded(HEALTHY)).launch(BROKEN);
        search.group("index").launch(HEALTHY);
        legacy.group("old").launch(BROKEN);
        List.of(payments, search, legacy).forEach(aws -> aws.settle(Duration.ofHours(3)));
    }

    private static Sandbox sandbox(String mode, String account) {
        Sandbox aws = Sandbox.start(Map.of("Mode", mode, "CentralEventBusArn", CentralLog.BUS), account);
        Functions.install(aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return aws;
    }

    private ToolRun run(String... arguments) {
        return Terminal.run(organization.environment(), arguments);
    }

    @AfterAll
    void stop() {
        organization.close();
    }

    @Test
    void cases_ofAllAccounts() throws Exception {
        ToolRun run = run("cases", "--central", CentralLog.NAME, "--since", "P400D", "--format", "json");
        assertEquals(0, run.exit(), run.toString());
        Map<String, String> found = new ObjectMapper()
                .readTree(run.out())
                .valueStream()
                .collect(Collectors.toMap(
                        row -> row.path("account").asText() + " "
                                + row.path("autoScalingGroup").asText(),
                        row -> row.path("firstVerdict").asText() + " "
                                + row.path("status").asText() + " "
                                + row.path("remedies").asText()));
        assertEquals(
                Map.of(
                        PAYMENTS + " web", "STALE_JDK REPAIRED redeploy",
                        SEARCH + " index", "HEALTHY CLOSED none",
                        LEGACY + " old", "STALE_JDK REFUSED none"),
                found,
                run.out());
        ToolRun table = run("cases", "--central", CentralLog.NAME, "--since", "P400D", "--status", "repaired");
        assertEquals(2, table.out().lines().count(), table.out());
        assertTrue(table.out().startsWith("ACCOUNT       REGION  "), table.out());
        assertEquals(
                2,
                run("cases", "--central", CentralLog.NAME, "--since", "P400D", "--asg", "index", "--verdict", "healthy")
                        .out()
                        .lines()
                        .count());
        assertTrue(run("cases", "--central", CentralLog.NAME, "--since", "P400D", "--open")
                .err()
                .contains("no such case"));
    }

    @Test
    void report_isOnePageForAll() throws Exception {
        Path page = folder.resolve("all.html");
        ToolRun run = run("report", "--central", CentralLog.NAME, "--since", "P400D", "--out", page.toString());
        assertEquals(0, run.exit(), run.toString());
        assertTrue(run.out().contains("3 launches of all accounts"), run.out());
        String html = Files.readString(page);
        for (String word : List.of(PAYMENTS, SEARCH, LEGACY, "3 launches in 3 accounts. 2 raced", "a person: 1.")) {
            assertTrue(html.contains(word), word);
        }
    }

    /** Each account forwards its own stack's events only, even to one another's bus. */
    @Test
    void noEventIsForwardedInALoop() {
        try (Sandbox one = sandbox("observe", "555555555555");
                Sandbox other = sandbox("observe", "666666666666")) {
            one.events().forwardTo(other.events()::publish);
            other.events().forwardTo(one.events()::publish);
            one.group("web").launch(BROKEN);
            one.settle(Duration.ofHours(3));
            List<ObjectNode> published = one.events().from("launch-guard");
            assertFalse(published.isEmpty());
            assertEquals(published, other.events().from("launch-guard"), "each once, and none came back");
            assertEquals(
                    Set.of("555555555555"),
                    published.stream()
                            .map(event -> event.path("account").asText())
                            .collect(Collectors.toSet()));
            other.settle(Duration.ofHours(3));
            assertEquals(0, other.invocations().size(), "an event of another account woke the function");
        }
    }

    /** Lines of the log may be hostile; a line that is no event of Launch Guard is counted and left out. */
    @Test
    void hostileLines_areWordsOrNothing() throws Exception {
        try (Organization hostile = Organization.start()) {
            Instant at = Instant.parse("2026-11-22T23:00:00Z");
            hostile.log().keep("no JSON", at);
            hostile.log().keep("{\"detail\":7}", at);
            hostile.log()
                    .keep(
                            "{\"detail-type\":\"Launch Guard Case Closed\",\"detail\":{\"caseId\":\"x\",\"at\":\"soon\"}}",
                            at);
            hostile.log()
                    .keep(
                            Json.object(
                                            "detail-type",
                                            "Launch Guard Case Closed",
                                            "account",
                                            "<b>1</b>",
                                            "detail",
                                            Json.object(
                                                    "caseId", "i-1.2.3",
                                                    "at", "2026-11-22T23:00:00Z",
                                                    "autoScalingGroup", "=cmd()\u001b[31m",
                                                    "status", "<script>",
                                                    "verdict", "STALE_JDK"))
                                    .toString(),
                            at);
            Path page = folder.resolve("hostile.html");
            ToolRun report = Terminal.run(
                    hostile.environment(),
                    "report",
                    "--central",
                    CentralLog.NAME,
                    "--since",
                    "P400D",
                    "--out",
                    page.toString());
            assertEquals(0, report.exit(), report.toString());
            assertTrue(report.err().contains("3 lines of the log can't be read"), report.err());
            String html = Files.readString(page);
            assertFalse(html.contains("<script>") || html.contains("<b>1"), html);
            ToolRun csv = Terminal.run(
                    hostile.environment(),
                    "cases",
                    "--central",
                    CentralLog.NAME,
                    "--since",
                    "P400D",
                    "--format",
                    "csv");
            assertTrue(csv.out().contains("'=cmd()?[31m"), csv.out());
        }
    }

    /** A repeated, late and reordered event changes nothing. */
    @Test
    void events_comeInAnyOrderAndMoreThanOnce() {
        List<JsonNode> events =
                organization.log().lines().stream().map(Json::parse).toList();
        List<JsonNode> shuffled = new ArrayList<>(events.reversed());
        shuffled.addAll(events);
        assertEquals(
                CentralCase.of(events).cases().stream().map(CentralCase::row).toList(),
                CentralCase.of(shuffled).cases().stream().map(CentralCase::row).toList());
    }

    @Test
    void noSuchLog_saysWhereItLooked() {
        ToolRun run = run("cases", "--central", "/aws/events/none");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("could not read the log group /aws/events/none"), run.err());
        assertTrue(run.err().contains("LogGroupName"), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cases --central *",
                "report --central /aws/events/x --out /tmp/a.html i-0123456789abcdef0",
                "report --central /aws/events/x --out /tmp/a.html --evidence -"
            })
    void wrongUsage_makesNoCall(String line) {
        int before = organization.calls().size();
        ToolRun run = run(line.split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertEquals(before, organization.calls().size());
    }
}
