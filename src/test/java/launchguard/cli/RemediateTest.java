package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code remediate} against the deployed function. */
class RemediateTest {
    private static final String BROKEN = "rpm-dnf-race-jdk8-status-error";

    @SuppressWarnings("NullAway.Init")
    private Sandbox aws;

    @SuppressWarnings("NullAway.Init")
    private Instance broken;

    @BeforeEach
    void start() {
        start("remediate");
    }

    private void start(String mode) {
        aws = Sandbox.start(Map.of("Mode", mode));
        Functions.install(aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        ScalingGroup web = aws.group("web").replacements(gone -> Image.recorded(BROKEN));
        broken = web.launch(BROKEN);
        aws.advance(Duration.ofHours(3));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private ToolRun remediate(String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"remediate", broken.id(), "--function", Sandbox.FUNCTION}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Terminal.run(aws, arguments);
    }

    @Test
    void theFunctionRepairsIt() throws Exception {
        ToolRun run = remediate("--yes", "--format", "json");
        assertEquals(0, run.exit(), run.toString());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals(broken.id(), json.path("instanceId").asText());
        assertEquals("STALE_JDK", json.path("verdict").asText(), run.out());
        aws.settle(Duration.ofHours(1));
        ToolRun shown = Terminal.run(
                aws, "case", broken.id(), "--table", aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""));
        assertTrue(shown.out().lines().findFirst().orElse("").endsWith("HEALTHY  REPAIRED"), shown.out());
    }

    @Test
    void inWords_itSaysHowItGoesOn() {
        ToolRun run = remediate("-y");
        assertEquals(0, run.exit(), run.toString());
        assertTrue(run.out().startsWith("REMEDYING  STALE_JDK  redeploy\n"), run.out());
        assertTrue(run.out().contains("'case " + broken.id() + "."), run.out());
    }

    @Test
    void observeMode_isRefused() {
        stop();
        start("observe");
        ToolRun run = remediate("--yes");
        assertEquals(10, run.exit(), run.toString());
        assertTrue(run.out().startsWith("REFUSED\n"), run.out());
        assertTrue(run.out().contains("mode observe and changes nothing"), run.out());
    }

    /** Without a terminal the command can't ask for confirmation. */
    @Test
    void withoutATerminal_itDoesNotAskAndDoesNotAct() {
        ToolRun run = remediate();
        assertEquals(2, run.exit(), run.toString());
        assertTrue(run.err().contains("give --yes"), run.err());
        assertEquals(List.of(), calls());
    }

    private List<Call> calls() {
        return aws.calls().of("lambda", "Invoke");
    }

    @ParameterizedTest
    @CsvSource({
        "ResourceNotFoundException, stack's outputs TableName",
        "AccessDeniedException, allow lambda:InvokeFunction",
        "ExpiredTokenException, sign in again",
        "TooManyRequestsException, again in a minute"
    })
    void errorsSayWhatToDo(String code, String expected) {
        aws.faults().on("lambda", "Invoke").always().fail(code, "asked for");
        ToolRun run = remediate("--yes");
        assertEquals(1, run.exit(), run.toString());
        assertTrue(run.err().contains(expected), run.err());
    }

    @Test
    void functionOfAnotherName() {
        ToolRun run = Terminal.run(aws, "remediate", broken.id(), "--function", "elsewhere", "--yes");
        assertEquals(1, run.exit(), run.toString());
        assertTrue(run.err().contains("Function not found: elsewhere"), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "remediate",
                "remediate i-1 --yes",
                "remediate i-0123456789abcdef0 --yes",
                "remediate i-0123456789abcdef0 --yes --function a/b"
            })
    void wrongUsage(String line) {
        ToolRun run = Terminal.run(aws, line.split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertEquals(List.of(), calls());
    }
}
