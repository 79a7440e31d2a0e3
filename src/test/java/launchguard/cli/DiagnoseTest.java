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
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code diagnose} against a region with instances of every kind. */
@Tag("verify")
class DiagnoseTest extends ReadOnlyCommands {
    private static final String BROKEN = "rpm-dnf-race-jdk8-status-error";
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final Set<String> MAY_CALL = Set.of(
            "ssm:SendCommand",
            "ssm:GetCommandInvocation",
            "codedeploy:BatchGetDeploymentTargets",
            "ec2:DescribeInstances",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeInstanceRefreshes",
            "codedeploy:GetDeployment",
            "codedeploy:GetDeploymentGroup",
            "codedeploy:ListDeployments",
            "codedeploy:BatchGetDeployments",
            "codedeploy:ListDeploymentTargets");

    private final ScalingGroup web = aws.group("web");
    private final Map<String, Instance> instances = new TreeMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    DiagnoseTest() {
        super(Sandbox.start(Map.of("Mode", "remediate")));
        List.of(
                        BROKEN,
                        "rpm-dnf-race-corretto17-in-place",
                        "rpm-dnf-no-race-agent-after-cloud-init",
                        "rpm-lucky-race-jdk-not-upgraded",
                        "rpm-race-service-crashed",
                        "al2like-ci-19.3-yum-race-jst")
                .forEach(scenario -> instances.put(scenario, web.launch(scenario)));
        aws.advance(Duration.ofMinutes(15));
        aws.settings().commandsAtOnce(true);
    }

    /** The probe is sent, and the rest is read. */
    @Override
    void allowed(Call call) {
        assertTrue(MAY_CALL.contains(call.service() + ":" + call.operation()), call.toString());
        if (call.changing()) {
            String document = call.input().path("DocumentName").asText();
            assertTrue(document.endsWith("-Probe"), call.toString());
        }
    }

    @AfterEach
    void asBefore() {
        aws.settings().commandsAtOnce(true);
    }

    private String id(String scenario) {
        return Objects.requireNonNull(instances.get(scenario)).id();
    }

    @ParameterizedTest
    @CsvSource({
        "rpm-dnf-no-race-agent-after-cloud-init, HEALTHY, 0",
        "rpm-lucky-race-jdk-not-upgraded, LUCKY_RACE, 0",
        "rpm-dnf-race-jdk8-status-error, STALE_JDK, 10",
        "rpm-dnf-race-corretto17-in-place, STALE_JDK, 10",
        "rpm-race-service-crashed, JDK_REPLACED, 10",
        "al2like-ci-19.3-yum-race-jst, STALE_BYSTANDER, 13"
    })
    void everyScenarioHasItsVerdictAndExitCode(String scenario, String verdict, int exit) throws Exception {
        Path evidence = folder.resolve(scenario + ".json");
        ToolRun run = Terminal.run(aws, "diagnose", id(scenario), "--evidence-out", evidence.toString());
        assertEquals(verdict, run.out().lines().findFirst().orElse(""), run.toString());
        assertEquals(exit, run.exit());
        assertEquals("", run.err());
        assertTrue(run.out().contains("\nHow we know: cloud-init finished"), run.out());
        ToolRun again = ToolRun.of("explain", evidence.toString());
        assertEquals(verdict, again.out().lines().findFirst().orElse(""), Files.readString(evidence));
    }

    @Test
    void asJsonItIsWhatExplainPrintsWithTheInstance() throws Exception {
        JsonNode json = new ObjectMapper()
                .readTree(Terminal.run(aws, "diagnose", id(BROKEN), "--format", "json")
                        .out());
        assertEquals(id(BROKEN), json.path("instanceId").asText());
        assertEquals("STALE_JDK", json.path("verdict").asText());
        assertEquals("FILES_GONE", json.path("impact").asText());
        assertTrue(json.path("marginSeconds").asDouble() < 0, json.toString());
        assertEquals("redeploy", json.path("would").asText(), json.toString());
        assertEquals(
                List.of("ssm:SendCommand", "ssm:GetCommandInvocation", "codedeploy:BatchGetDeploymentTargets"),
                // How often the result is asked for depends on how long the probe runs on this machine.
                calls().stream()
                        .map(call -> call.service() + ":" + call.operation())
                        .distinct()
                        .limit(3)
                        .toList());
        assertEquals(
                "LaunchGuard-Probe",
                calls().getFirst().input().path("DocumentName").asText());
    }

    @Test
    void several_areOneCommandAndTheWorstDecides() throws Exception {
        Instance mute = web.launch(Image.NONE);
        ToolRun run =
                Terminal.run(aws, "diagnose", id(HEALTHY), id(BROKEN), mute.id(), "--evidence-out", folder.toString());
        assertEquals(10, run.exit(), run.toString());
        List<String> lines = run.out().lines().toList();
        assertEquals(4, lines.size(), run.out());
        assertTrue(lines.get(1).startsWith(id(HEALTHY) + "  HEALTHY"), run.out());
        assertTrue(lines.get(2).startsWith(id(BROKEN) + "  STALE_JDK"), run.out());
        assertTrue(lines.get(3).startsWith(mute.id() + "  UNREACHABLE"), run.out());
        assertTrue(Files.exists(folder.resolve(id(BROKEN) + ".json")));
        ToolRun json = Terminal.run(aws, "diagnose", id(HEALTHY), id(BROKEN), "--format", "json");
        assertEquals(2, new ObjectMapper().readTree(json.out()).size());
    }

    @Test
    void codeDeploysRecordCounts() {
        aws.faults().on("codedeploy", "*").always().fail("AccessDeniedException", "not authorized");
        Path evidence = folder.resolve("kept.json");
        ToolRun run = Terminal.run(aws, "diagnose", id(BROKEN), "--evidence-out", evidence.toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("allow codedeploy:BatchGetDeploymentTargets"), run.err());
        assertEquals(10, ToolRun.of("explain", evidence.toString()).exit());
    }

    @Test
    void notManagedBySsm_isUnreachableAndSaysWhatIsMissing() {
        Instance mute = web.launch(Image.NONE);
        ToolRun run = Terminal.run(aws, "diagnose", mute.id());
        assertEquals(12, run.exit());
        assertTrue(run.out().startsWith("UNREACHABLE"), run.out());
        assertTrue(run.out().contains("AmazonSSMManagedInstanceCore"), run.out());
        mute.state("stopped");
        assertTrue(Terminal.run(aws, "diagnose", mute.id()).out().contains("it is not running"));
        aws.faults().on("ec2", "*").always().fail("UnauthorizedOperation", "no");
        assertTrue(Terminal.run(aws, "diagnose", mute.id()).out().contains("EC2 could not be asked"));
    }

    @Test
    void noSuchInstance() {
        ToolRun run = Terminal.run(aws, "diagnose", "i-0123456789abcdef0");
        assertEquals(1, run.exit());
        assertTrue(
                run.err().startsWith("launch-guard: there is no instance i-0123456789abcdef0 in ap-northeast-1"),
                run.err());
    }

    @Test
    void mayNotSend_isAnErrorThatNamesThePermission() {
        aws.faults().on("ssm", "SendCommand").always().fail("AccessDeniedException", "not authorized");
        ToolRun run = Terminal.run(aws, "diagnose", id(BROKEN));
        assertEquals(1, run.exit(), run.toString());
        assertTrue(run.err().contains("allow ssm:SendCommand"), run.err());
        assertEquals("", run.out(), "no verdict about the instance");
    }

    @ParameterizedTest
    @CsvSource({
        "GetCommandInvocation, AccessDeniedException, allow ssm:GetCommandInvocation",
        "GetCommandInvocation, AccessDeniedException, The credentials in use lack that permission",
        "SendCommand, ExpiredTokenException, sign in again",
        "SendCommand, UnrecognizedClientException, sign in again",
        "SendCommand, InvalidParameters, deploy the stack again",
        "SendCommand, UnsupportedPlatformType, Linux instances only"
    })
    void errorsSayWhatToDo(String operation, String code, String expected) {
        aws.faults().on("ssm", operation).always().fail(code, "asked for");
        ToolRun run = Terminal.run(aws, "diagnose", id(BROKEN));
        assertEquals(1, run.exit(), run.toString());
        assertTrue(run.err().contains(expected), run.err());
        assertEquals("", run.out());
    }

    @Test
    void documentsOfAnotherPrefix() {
        ToolRun run = Terminal.run(aws, "diagnose", id(BROKEN), "--document-prefix", "Elsewhere");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("Elsewhere-Probe"), run.err());
        assertTrue(run.err().contains("not installed in ap-northeast-1"), run.err());
    }

    @Test
    void probeThatDoesNotEnd() {
        aws.settings().commandsAtOnce(false);
        ToolRun run = Terminal.run(aws, "diagnose", id(BROKEN), "--wait", "1");
        assertEquals(12, run.exit());
        assertTrue(run.out().contains("the probe has not ended after 1 s"), run.out());
        assertTrue(run.out().contains("longer --wait"), run.out());
    }

    @Test
    void probeThatFails_orPrintsWhatItShouldNot() {
        probe("Fails", "echo 'no \033[31mluck' >&2; exit 3");
        ToolRun failed = Terminal.run(aws, "diagnose", id(BROKEN), "--document-prefix", "Fails");
        assertEquals(12, failed.exit());
        assertTrue(failed.out().contains("the probe ended as Failed: no ?[31mluck"), failed.out());
        probe("Chats", "echo 'not \033[31mJSON'");
        ToolRun garbled = Terminal.run(aws, "diagnose", id(BROKEN), "--document-prefix", "Chats");
        assertEquals(12, garbled.exit());
        assertFalse(garbled.out().contains("\033"), garbled.out());
    }

    private void probe(String prefix, String script) {
        Template.Parameter any = new Template.Parameter(Pattern.compile(".*"), List.of(), "");
        aws.document(new Template.Document(
                prefix + "-Probe",
                Map.of("waitSeconds", any, "deploymentId", any),
                script,
                Duration.ofMinutes(5),
                "{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diagnose",
                "diagnose i-1",
                "diagnose i-0123456789abcdef0;id",
                "diagnose mi-0123456789abcdef0",
                "diagnose i-0123456789abcdef0 i-1",
                "diagnose i-0123456789abcdef0 i-0123456789abcdef1 --evidence-out no-folder",
                "diagnose i-0123456789abcdef0 --wait 0",
                "diagnose i-0123456789abcdef0 --wait 901",
                "diagnose i-0123456789abcdef0 --wait soon",
                "diagnose i-0123456789abcdef0 --region eu/west",
                "diagnose i-0123456789abcdef0 --document-prefix a/b",
                "diagnose i-0123456789abcdef0 --format xml",
                "diagnose i-0123456789abcdef0 --evidence-out target",
                "diagnose i-0123456789abcdef0 --evidence-out no/such/folder/e.json"
            })
    void wrongUsage_makesNoCall(String line) {
        ToolRun run = Terminal.run(aws, line.split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertTrue(run.err().startsWith("launch-guard: "), run.err());
        assertTrue(run.err().contains("--help"), run.err());
        assertEquals("", run.out());
        assertEquals(List.of(), calls());
    }

    @Test
    void helpHasAnExample() {
        ToolRun run = ToolRun.of("diagnose", "--help");
        assertEquals(0, run.exit());
        assertTrue(run.out().contains("Example:\n  java -jar target/launch-guard.jar diagnose i-0123456789abcdef0\n"));
        assertTrue(run.out().contains("  12  INCONCLUSIVE, BOOT_STUCK, UNREACHABLE"));
        assertEquals(run, ToolRun.of("--no-color", "diagnose", "--help"));
        assertEquals(run, ToolRun.of("diagnose", "--help", "--no-color"));
    }

    @Test
    void asAProcess_whateverModeItsEnvironmentNames() throws Exception {
        ToolRun run = Terminal.process(folder, aws.environment(), "diagnose", id(BROKEN), "--format", "json");
        assertEquals("remediate", aws.environment().get("LAUNCH_GUARD_MODE"));
        assertEquals("", run.err());
        assertEquals(10, run.exit());
        assertTrue(run.out().startsWith("{\"instanceId\":\"" + id(BROKEN) + "\",\"verdict\":\"STALE_JDK\""), run.out());
        assertEquals(1, run.out().lines().count());
    }

    @Test
    void profilesOutrankTheEnvironment() throws Exception {
        Path config = Files.writeString(
                folder.resolve("config"),
                "[profile team]\nregion = ap-northeast-1\naws_access_key_id = team\naws_secret_access_key = test\n");
        Map<String, String> environment = new TreeMap<>(aws.environment());
        environment.put("AWS_CONFIG_FILE", config.toString());
        environment.remove("AWS_REGION");
        ToolRun run = Terminal.process(folder, environment, "diagnose", id(BROKEN), "--profile", "team");
        assertEquals(10, run.exit(), run.toString());
        ToolRun nobody = Terminal.process(folder, aws.environment(), "diagnose", id(BROKEN), "--profile", "nobody");
        assertEquals(1, nobody.exit());
        assertTrue(nobody.err().contains("profile nobody gives no AWS credentials"), nobody.err());
    }

    @Test
    void withoutRegionOrCredentials() throws Exception {
        ToolRun nowhere = Terminal.process(folder, Map.of(), "diagnose", id(BROKEN));
        assertEquals(1, nowhere.exit());
        assertEquals("launch-guard: no AWS region is set: give --region, or set AWS_REGION\n", nowhere.err());
        ToolRun nobody = Terminal.process(folder, Map.of(), "diagnose", id(BROKEN), "--region", "eu-west-1");
        assertEquals(1, nobody.exit());
        assertTrue(nobody.err().startsWith("launch-guard: no AWS credentials are found: sign in"), nobody.err());
    }

    @Test
    void endpointThatDoesNotAnswer() throws Exception {
        Map<String, String> environment = new TreeMap<>(aws.environment());
        environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
        ToolRun run = Terminal.process(folder, environment, "diagnose", id(BROKEN));
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("No answer came: look at the network"), run.err());
    }
}
