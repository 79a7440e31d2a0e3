package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's command for your own event. */
@Tag("verify")
class InvokeTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private boolean run(String event, String launch, String mode) {
        return Invoke.run(
                event,
                launch,
                mode,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void sampleOfAManualRequest_isAnsweredForTheLaunchThatIsThere() throws IOException {
        assertTrue(run(Files.readString(Path.of("events/manual-default.json")), "raced", "observe"), said());
        assertFalse(said().contains("i-0123456789abcdef0"), said());
        String answer = said().substring(0, said().indexOf("# What"));
        assertTrue(answer.contains("\"verdict\" : \"STALE_JDK\""), said());
        assertTrue(answer.contains("\"refusal\" : \"OBSERVE_MODE\""), said());
        assertTrue(said().contains("\"detail-type\" : \"Launch Guard Refusal\""), said());
    }

    @Test
    void sampleOfADeploymentEvent_isFollowedToItsEnd() throws IOException {
        assertTrue(
                run(Files.readString(Path.of("events/codedeploy-instance-success.json")), "raced", "remediate"),
                said());
        assertTrue(said().contains("\"status\" : \"PROBING\""), said());
        assertTrue(said().contains("\"status\" : \"REPAIRED\""), said());
    }

    /** Each is answered for an instance that is really held that way, and let go on in the end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "asg-gate-launch",
                "asg-gate-into-warm-pool",
                "asg-gate-out-of-warm-pool",
                "asg-gate-root-volume-replaced"
            })
    void samplesOfTheLaunchGate_areAnsweredForAHeldInstance(String sample) throws IOException {
        assertTrue(run(Files.readString(Path.of("events", sample + ".json")), "healthy", "remediate"), said());
        String answer = said().substring(0, said().indexOf("# What"));
        assertTrue(answer.contains("\"gate\" : \"OPEN\""), said());
        assertTrue(said().contains("\"detail-type\" : \"Launch Guard Gate Released\""), said());
        assertTrue(said().contains("\"proved\" : true"), said());
    }

    @Test
    void sampleOfAHeldRacedLaunch_isRepairedBeforeItIsInService() throws IOException {
        assertTrue(run(Files.readString(Path.of("events/asg-gate-launch.json")), "raced", "remediate"), said());
        assertTrue(said().contains("\"status\" : \"REPAIRED\""), said());
        assertTrue(said().contains("\"proved\" : true"), said());
    }

    @Test
    void whatTheFunctionCannotRead_isReportedAsLambdaReportsIt() {
        assertFalse(run("{\"instance\":\"?\"}", "healthy", "observe"));
        assertTrue(said().contains("\"errorMessage\" : \"neither an event nor a request: expected "), said());
    }

    @Test
    void wrongArguments_areNamedWithWhatWouldBeRight() throws IOException {
        assertNull(Invoke.wrong("events/schedule.json", "healthy", "observe"));
        assertNull(Invoke.wrong("-", "in-place", "remediate"));
        assertTrue(String.valueOf(Invoke.wrong("events/none.json", "raced", "observe"))
                .contains("events/schedule.json"));
        assertEquals(
                "no launch slow: -Dlaunch= takes one of [healthy, in-place, lucky, raced]",
                Invoke.wrong("-", "slow", "observe"));
        assertEquals("no mode act: -Dmode= takes observe or remediate", Invoke.wrong("-", "raced", "act"));
    }
}
