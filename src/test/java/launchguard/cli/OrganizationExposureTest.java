package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.sandbox.Organization;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exposure} of three accounts in two regions, each a sandbox of its own, and of one that refuses. */
@Tag("verify")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrganizationExposureTest {
    private static final String ROLE = "LaunchGuardExposure";
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final String BROKEN = "rpm-dnf-race-jdk8-status-error";
    private static final String PAYMENTS = "111111111111";
    private static final String SEARCH = "222222222222";
    private static final String LEGACY = "333333333333";
    private static final String CLOSED = "444444444444";
    private static final Template INSTALLED =
            Template.read(Path.of("packaging/exposure.yaml"), Map.of("TrustedAccountId", "123456789012"));

    private final Organization organization = Organization.start();
    private final Sandbox exposed = sandbox();
    private final Sandbox ordered = sandbox();
    private final Sandbox empty = sandbox();
    private final Sandbox search = sandbox();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    OrganizationExposureTest() {
        exposed.group("web").launch(BROKEN);
        ordered.group("web").launch(HEALTHY);
        search.group("index").launch(HEALTHY);
        Stream.of(exposed, ordered, search).forEach(aws -> {
            aws.advance(Duration.ofMinutes(15));
            aws.settings().commandsAtOnce(true);
        });
        organization
                .account(PAYMENTS, "payments")
                .role(ROLE)
                .region("eu-west-1", exposed)
                .region("us-east-1", ordered);
        organization
                .account(SEARCH, "search")
                .role(ROLE)
                .region("eu-west-1", search)
                .region("us-east-1", empty);
        organization.account(LEGACY, "legacy");
        organization.account(CLOSED, "closed").role(ROLE).status("SUSPENDED");
    }

    private static Sandbox sandbox() {
        Sandbox aws = Sandbox.start();
        INSTALLED.documents().values().forEach(aws::document);
        return aws;
    }

    private ToolRun run(String... arguments) {
        return Terminal.run(organization.environment(), arguments);
    }

    private static Map<String, String> byPlace(ToolRun run) throws Exception {
        return new ObjectMapper()
                .readTree(run.out())
                .valueStream()
                .collect(Collectors.toMap(
                        row -> row.path("account").asText() + " "
                                + row.path("region").asText() + " "
                                + row.path("autoScalingGroup").asText("-"),
                        row -> row.path("exposure").asText()
                                + (row.path("refused").asBoolean() ? " refused" : "")));
    }

    private Path accounts(String text) throws Exception {
        return Files.writeString(folder.resolve("accounts"), text);
    }

    @AfterEach
    void clear() {
        Stream.of(exposed, ordered, empty, search).forEach(aws -> aws.faults().clear());
        organization.faults().clear();
    }

    @AfterAll
    void stop() {
        organization.close();
    }

    @Test
    void organization_allActiveAccountsInAllRegions_andWhoRefusesIsNamed() throws Exception {
        ToolRun run = run(
                "exposure", "--organization", "--role", ROLE, "--regions", "eu-west-1,us-east-1", "--format", "json");
        assertEquals(12, run.exit(), run.toString());
        assertEquals(
                Map.of(
                        PAYMENTS + " eu-west-1 web", "EXPOSED",
                        PAYMENTS + " us-east-1 web", "ORDERED",
                        SEARCH + " eu-west-1 index", "ORDERED",
                        LEGACY + " all -", "UNKNOWN refused"),
                byPlace(run));
        JsonNode refused = new ObjectMapper()
                .readTree(run.out())
                .valueStream()
                .filter(row -> row.path("refused").asBoolean())
                .findFirst()
                .orElseThrow();
        String why = refused.path("reason").asText();
        assertEquals("legacy", refused.path("accountName").asText());
        assertTrue(why.startsWith("could not assume role arn:aws:iam::" + LEGACY + ":role/" + ROLE + ": User: "), why);
        assertTrue(why.contains("not authorized to perform: sts:AssumeRole"), why);
        assertTrue(why.contains("Next: the account has no role"), why);
        assertTrue(why.endsWith("give another --role"), "cut off: " + why);
        assertEquals("", run.err(), "progress is for terminals");
        assertTrue(
                organization.calls().stream()
                                .filter(call -> call.operation().equals("ListAccounts"))
                                .count()
                        > 1,
                "the list has pages");
        assertTrue(
                organization.calls().stream()
                        .noneMatch(call -> call.toString().contains(CLOSED)
                                && call.operation().equals("AssumeRole")),
                "a suspended account was entered");
    }

    @Test
    void accounts_table_csvAndPage() throws Exception {
        Path file = accounts(
                "# ours\n" + PAYMENTS + " payments\n\n" + SEARCH + "\n" + PAYMENTS + "\n" + LEGACY + "  the old one\n");
        Path page = folder.resolve("exposure.html");
        ToolRun run = run(
                "exposure",
                "--accounts",
                file.toString(),
                "--role",
                ROLE,
                "--regions",
                "eu-west-1,us-east-1",
                "--page",
                page.toString());
        assertEquals(12, run.exit(), run.toString());
        List<String> lines = run.out().lines().toList();
        assertTrue(
                lines.getFirst().matches("ACCOUNT +REGION +AUTO SCALING GROUP +INSTANCES +EXPOSURE +REASON"),
                run.out());
        assertTrue(lines.get(1).startsWith(PAYMENTS + "  eu-west-1  web "), run.out());
        assertTrue(
                lines.get(4).startsWith("Refused: " + LEGACY + " (the old one), all regions: could not assume"),
                run.out());
        assertEquals(
                "3 accounts, regions eu-west-1, us-east-1: 3 Auto Scaling groups. 1 exposed, 0 unordered, 0 unknown. 1 did"
                        + " not answer, so this answer is incomplete.",
                lines.getLast());
        String html = Files.readString(page);
        for (String word : List.of("EXPOSED 1", "REFUSED 1", "payments", "the old one", "prevention/systemd/install")) {
            assertTrue(html.contains(word), word);
        }
        assertEquals("wrote " + page + "\n", run.err());

        ToolRun csv = run(
                "exposure", "--accounts", file.toString(), "--role", ROLE, "--regions", "eu-west-1", "--format", "csv");
        assertTrue(
                csv.out()
                        .startsWith(
                                "account,region,autoScalingGroup,instances,exposure,reason,accountName,refused,prevention,"),
                csv.out());
        assertEquals(4, csv.out().lines().count(), csv.out());
    }

    @Test
    void wholeAnswer_hasTheUsualCodes() throws Exception {
        String ours = accounts(PAYMENTS + "\n" + SEARCH).toString();
        assertEquals(
                10,
                run("exposure", "--accounts", ours, "--role", ROLE, "--regions", "eu-west-1")
                        .exit());
        assertEquals(
                0,
                run("exposure", "--accounts", ours, "--role", ROLE, "--regions", "us-east-1")
                        .exit());
        assertEquals(
                0,
                run("exposure", "--accounts", ours, "--role", ROLE, "--regions", "eu-west-1", "--asg", "index")
                        .exit());
    }

    @Test
    void regions_refuseSeparately() throws Exception {
        empty.faults().on("autoscaling", "*").always().fail("AccessDenied", "a service control policy says no");
        search.faults().on("ssm", "SendCommand").always().fail("InvalidDocument", "no such document");
        ToolRun run = run(
                "exposure",
                "--accounts",
                accounts(PAYMENTS + "\n" + SEARCH).toString(),
                "--role",
                ROLE,
                "--regions",
                "eu-west-1,us-east-1,me-south-1");
        assertEquals(12, run.exit(), run.toString());
        List<String> refused =
                run.out().lines().filter(line -> line.startsWith("Refused: ")).toList();
        assertEquals(4, refused.size(), run.out());
        assertTrue(refused.get(0).startsWith("Refused: " + PAYMENTS + ", me-south-1: "), run.out());
        assertTrue(refused.get(0).contains("look whether me-south-1 is enabled in this account"), run.out());
        assertTrue(
                refused.get(1).contains(SEARCH + ", eu-west-1: could not send LaunchGuardExposure-Probe"), run.out());
        assertTrue(refused.get(1).contains("create the stack of packaging/exposure.yaml here too"), run.out());
        assertTrue(refused.get(2).contains("autoscaling:DescribeAutoScalingGroups"), run.out());
        assertTrue(run.out().contains("EXPOSED"), "the others answered: " + run.out());
    }

    @Test
    void organization_thatMayNotBeListed_isAnError() {
        organization
                .faults()
                .on("organizations", "*")
                .always()
                .fail("AccessDeniedException", "not the management account");
        ToolRun run = run("exposure", "--organization", "--role", ROLE);
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("could not list the accounts of the organization"), run.err());
        assertTrue(run.err().contains("organizations:ListAccounts"), run.err());
        assertTrue(run.err().contains("--accounts FILE"), run.err());
    }

    /** The role of packaging/exposure.yaml may do what the command does in an account, and nothing else. */
    @Test
    void role_hasWhatIsCalledAndNothingElse() throws Exception {
        Set<String> allowed = INSTALLED.actionsOf("Role");
        search.faults().on("ssm", "SendCommand").nth(1).fail("InvalidInstanceId", "not managed");
        run(
                "exposure",
                "--accounts",
                accounts(PAYMENTS + "\n" + SEARCH).toString(),
                "--role",
                ROLE,
                "--regions",
                "eu-west-1");
        List<Call> calls = Stream.of(exposed, search)
                .flatMap(aws -> aws.calls().all().stream())
                .toList();
        assertEquals(
                allowed,
                calls.stream()
                        .map(call -> call.service() + ":" + call.operation())
                        .collect(Collectors.toCollection(TreeSet::new)));
        calls.stream()
                .filter(Call::changing)
                .forEach(call -> assertEquals(
                        INSTALLED.documents().keySet(),
                        Set.of(call.input().path("DocumentName").asText())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--organization",
                "--role LaunchGuardExposure",
                "--regions eu-west-1",
                "--accounts no-such-file --role LaunchGuardExposure",
                "--accounts pom.xml --role LaunchGuardExposure",
                "--accounts /dev/null --role LaunchGuardExposure",
                "--accounts pom.xml --organization --role LaunchGuardExposure",
                "--organization --role arn:aws:iam::111111111111:role/x",
                "--organization --role LaunchGuardExposure --regions eu_west",
                "--organization --role LaunchGuardExposure --page no-such-folder/page.html"
            })
    void wrongUsage_makesNoCall(String line) {
        int before = organization.calls().size();
        ToolRun run = run(Stream.concat(Stream.of("exposure"), Stream.of(line.split(" ", -1)))
                .toArray(String[]::new));
        assertEquals(2, run.exit(), run.toString());
        assertTrue(run.err().startsWith("launch-guard: "), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
        assertEquals(before, organization.calls().size());
    }
}
