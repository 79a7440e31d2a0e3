package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import launchguard.HangGuard;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.CommandFilter;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvalidDocumentException;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.SsmException;

/** Run Command runs scripts for real, and refuses and forgets as SSM does. */
class RunCommandTest {
    private final Sandbox aws = Sandbox.start();
    private final SsmClient ssm = aws.configure(SsmClient.builder()).build();
    private final Instance instance = aws.group("web").launch(Image.EMPTY);

    RunCommandTest() {
        aws.document(document("Greet", "echo \"hello {{ name }} from $LAUNCH_GUARD_ROOT\"; pwd; cat; exit 3"));
        aws.advance(Duration.ofMinutes(1));
    }

    private static Template.Document document(String name, String script) {
        return new Template.Document(
                name,
                Map.of("name", new Template.Parameter(Pattern.compile("[a-z]+"), List.of(), "nobody")),
                script,
                Duration.ofMinutes(5),
                "{}");
    }

    @AfterEach
    void stop() {
        ssm.close();
        aws.close();
    }

    private String send(String document, Map<String, List<String>> parameters) {
        return ssm.sendCommand(send -> send.documentName(document)
                        .instanceIds(instance.id())
                        .comment("launch-guard 1/1")
                        .parameters(parameters))
                .command()
                .commandId();
    }

    private GetCommandInvocationResponse look(String command) {
        return ssm.getCommandInvocation(get -> get.commandId(command).instanceId(instance.id()));
    }

    @Test
    void script_runsAgainstTheInstancesRoot() {
        String command = send("Greet", Map.of("name", List.of("world")));
        assertEquals("Pending", look(command).statusAsString());
        aws.advance(Duration.ofMillis(1500));
        assertEquals("InProgress", look(command).statusAsString());
        aws.advance(Duration.ofSeconds(10));
        GetCommandInvocationResponse end = look(command);
        assertEquals("Failed", end.statusAsString());
        assertEquals(3, end.responseCode());
        assertEquals("hello world from " + instance.root().path() + "\n/\n", end.standardOutputContent());
        assertEquals("launch-guard 1/1", end.comment());
        assertEquals(
                List.of("InProgress", "Failed"),
                aws.events().from("aws.ssm").stream()
                        .map(event -> event.path("detail").path("status").asText())
                        .toList());
        assertEquals(
                command,
                ssm.listCommands(list -> list.filters(CommandFilter.builder()
                                .key("DocumentName")
                                .value("Greet")
                                .build()))
                        .commands()
                        .getFirst()
                        .commandId());
    }

    @Test
    void sleep_movesTheClockWithoutWaiting() {
        aws.document(document("Wait", "sleep 100; cat \"$LAUNCH_GUARD_ROOT/proc/uptime\""));
        var sent = aws.clock().instant();
        String command = send("Wait", Map.of());
        aws.advance(Duration.ofSeconds(100));
        assertEquals("InProgress", look(command).statusAsString());
        aws.advance(Duration.ofSeconds(10));
        double bootedFor =
                Duration.between(instance.launchTime().plusSeconds(6), sent).toMillis() / 1000.0;
        String uptime = look(command).standardOutputContent().split(" ", 2)[0];
        assertEquals(bootedFor + 101, Double.parseDouble(uptime), 0.01);
    }

    /** Otherwise an outside caller, whose calls time out, would fail on a busy machine. */
    @Test
    void commandThatRunsAtOnce_isAnsweredWhileItsScriptRuns() throws InterruptedException {
        aws.settings().commandsAtOnce(true);
        CountDownLatch answered = new CountDownLatch(1);
        aws.commands().runner((root, script, limit) -> {
            try {
                answered.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return new ScriptRunner.Result(0, "done", "", false);
        });
        String command = send("Greet", Map.of());
        assertEquals("Pending", look(command).statusAsString());
        answered.countDown();
        HangGuard.until("its end", () -> look(command).statusAsString().equals("Success"));
        assertEquals("done", look(command).standardOutputContent());
    }

    @Test
    void output_isCutWhereSsmCutsIt() {
        aws.document(
                document("Talk", "head -c 30000 /dev/zero | tr '\\0' x; head -c 30000 /dev/zero | tr '\\0' y >&2"));
        String command = send("Talk", Map.of());
        aws.advance(Duration.ofSeconds(10));
        assertEquals(24_000, look(command).standardOutputContent().length());
        assertEquals(8_000, look(command).standardErrorContent().length());
    }

    @Test
    void wrongRequests_areRefusedAsSsmRefusesThem() {
        assertThrows(InvalidDocumentException.class, () -> send("Unknown", Map.of()));
        assertThrows(InvalidParametersException.class, () -> send("Greet", Map.of("name", List.of("$(reboot)"))));
        assertThrows(InvalidParametersException.class, () -> send("Greet", Map.of("other", List.of("x"))));
        assertThrows(
                InvalidInstanceIdException.class,
                () -> ssm.sendCommand(
                        send -> send.documentName("Greet").instanceIds(instance.id(), "i-0000000000000dead")));
        assertValidation(() -> ssm.sendCommand(
                send -> send.documentName("Greet").instanceIds(instance.id()).timeoutSeconds(29)));
        assertValidation(() -> ssm.sendCommand(
                send -> send.documentName("Greet").instanceIds(instance.id()).comment("x".repeat(101))));
        assertValidation(() -> ssm.sendCommand(
                send -> send.documentName("Greet").instanceIds(Collections.nCopies(51, instance.id()))));
        assertValidation(
                () -> ssm.sendCommand(send -> send.documentName("Greet").instanceIds("i-1; rm -rf /")));
        assertEquals(List.of(), aws.commands().all());
    }

    private static void assertValidation(Runnable call) {
        SsmException error = assertThrows(SsmException.class, call::run);
        assertEquals("ValidationException", error.awsErrorDetails().errorCode());
    }

    @Test
    void invocation_appearsLate() {
        aws.settings().invocationMisses(2);
        String command = send("Greet", Map.of());
        assertThrows(InvocationDoesNotExistException.class, () -> look(command));
        assertThrows(InvocationDoesNotExistException.class, () -> look(command));
        assertEquals("Pending", look(command).statusAsString());
    }

    @Test
    void fates_endCommandsThatNeverRan() {
        aws.commands().fates((command, on) -> CommandDelivery.UNDELIVERABLE);
        String undeliverable = send("Greet", Map.of());
        aws.advance(Duration.ofSeconds(10));
        assertEquals("Undeliverable", look(undeliverable).statusDetails());
        aws.commands().fates((command, on) -> CommandDelivery.RUNS);
        instance.agent(false);
        String lost = send("Greet", Map.of());
        aws.advance(Duration.ofMinutes(61));
        assertEquals("TimedOut", look(lost).statusAsString());
        assertEquals("Delivery Timed Out", look(lost).statusDetails());
        assertTrue(look(lost).standardOutputContent().isEmpty());
    }

    @Test
    void cancel_endsWhatRuns() {
        aws.commands().fates((command, on) -> CommandDelivery.HANGS);
        String command = send("Greet", Map.of());
        aws.advance(Duration.ofSeconds(5));
        ssm.cancelCommand(cancel -> cancel.commandId(command));
        aws.advance(Duration.ofSeconds(5));
        assertEquals("Cancelled", look(command).statusAsString());
    }
}
