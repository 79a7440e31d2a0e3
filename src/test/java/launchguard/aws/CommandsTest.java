package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import launchguard.model.CommandId;
import launchguard.model.InstanceId;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Run Command over the wire, refusals included. */
class CommandsTest {
    private static final Map<String, String> RESTART = Map.of("pid", "1", "startTicks", "2");

    private final Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"));
    private final Commands commands = new Commands(AdapterSandbox.clients(aws), "LaunchGuard");
    private final Instance instance = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");
    private final InstanceId id = new InstanceId(instance.id());
    private final Instant since;

    CommandsTest() {
        aws.advance(Duration.ofMinutes(3));
        since = aws.clock().instant().minusNanos(1);
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private CommandId send(Document document) throws InstancesRefusedException {
        return commands.send(
                document,
                List.of(id),
                document == Document.RESTART ? RESTART : Map.of(),
                "launch-guard " + document,
                60);
    }

    private int sent() {
        return aws.commands().all().size();
    }

    @Test
    void probe_isSentAndAnswered() throws InstancesRefusedException {
        CommandId command = send(Document.PROBE);
        assertInstanceOf(CommandAnswer.NotEnded.class, commands.answer(command, id));
        aws.advance(Duration.ofMinutes(3));
        CommandAnswer.Ended end = assertInstanceOf(CommandAnswer.Ended.class, commands.answer(command, id));
        assertEquals("Success", end.status());
        assertTrue(end.started());
        assertEquals(0, end.exitCode());
        assertTrue(end.output().startsWith("{\"schema\":1"), end.output());
    }

    @Test
    void answer_notShownYet_isNotEnded() throws InstancesRefusedException {
        aws.settings().invocationMisses(1);
        CommandId command = send(Document.PROBE);
        aws.advance(Duration.ofMinutes(3));
        assertInstanceOf(CommandAnswer.NotEnded.class, commands.answer(command, id));
        assertInstanceOf(CommandAnswer.Ended.class, commands.answer(command, id));
    }

    @Test
    void unknownInstance_isRefused_andTheRefusalNamesThem() {
        InstanceId unknown = new InstanceId("i-0000000000000dead");
        InstancesRefusedException refused = assertThrows(
                InstancesRefusedException.class,
                () -> commands.send(Document.PROBE, List.of(id, unknown), Map.of(), "x", 60));
        assertTrue(refused.why().contains(unknown.value()), refused.why());
        assertEquals(0, sent());
    }

    @Test
    void refusalOfMany_namesFive_andSaysHowManyMore() {
        List<InstanceId> seven = IntStream.rangeClosed(1, 7)
                .mapToObj(number -> new InstanceId("i-0000000000000de0" + number))
                .toList();
        InstancesRefusedException refused = assertThrows(
                InstancesRefusedException.class, () -> commands.send(Document.PROBE, seven, Map.of(), "x", 60));
        assertTrue(refused.why().contains("i-0000000000000de05 and 2 more: "), refused.why());
    }

    @ParameterizedTest
    @EnumSource(Document.class)
    void deniedCall_isARefusal_thatNamesThePermission(Document document) {
        aws.faults().on("ssm", "SendCommand").fail("AccessDeniedException", "not authorized");
        InstancesRefusedException refused = assertThrows(InstancesRefusedException.class, () -> send(document));
        assertTrue(refused.why().contains("allow ssm:SendCommand"), refused.why());
    }

    @Test
    void otherErrors_areNoRefusal() {
        aws.faults().on("ssm", "SendCommand").fail("InvalidDocument", "gone");
        AwsFailureException fault = assertThrows(AwsFailureException.class, () -> send(Document.PROBE));
        assertFalse(fault.denied());
        assertFalse(String.valueOf(fault.getMessage()).contains("allow "), fault.getMessage());
    }

    @Test
    void expiredCredentials_areNotReportedAsAMissingPermission() {
        aws.faults().on("ssm", "GetCommandInvocation").fail("ExpiredTokenException", "old");
        assertFalse(assertThrows(
                        AwsFailureException.class,
                        () -> commands.answer(new CommandId("01234567-89ab-cdef-0123-456789abcdef"), id))
                .denied());
    }

    @ParameterizedTest
    @EnumSource(value = Document.class, names = "REDEPLOY", mode = EnumSource.Mode.EXCLUDE)
    void throttling_isRetried(Document document) throws InstancesRefusedException {
        aws.faults().on("ssm", "SendCommand").times(2).throttle();
        send(document);
        assertEquals(1, sent());
    }

    @Test
    void remedyWhoseAnswerIsLost_isNotSentTwice() {
        aws.faults().on("ssm", "SendCommand").nth(1).loseAnswer();
        assertThrows(AwsFailureException.class, () -> send(Document.RESTART));
        assertEquals(1, sent());
        assertEquals(1, aws.calls().of("ssm", "SendCommand").size());
    }

    @Test
    void remedyOnAServerError_isNotSentTwice() {
        aws.faults().on("ssm", "SendCommand").nth(1).fail(500);
        assertThrows(AwsFailureException.class, () -> send(Document.RESTART));
        assertEquals(1, aws.calls().of("ssm", "SendCommand").size());
    }

    @Test
    void probeOnAServerError_isSentAgain() throws InstancesRefusedException {
        aws.faults().on("ssm", "SendCommand").nth(1).fail(500);
        send(Document.PROBE);
        assertEquals(1, sent());
    }

    @Test
    void lookUp_findsExactlyItsOwnMarker_alsoOnALaterPage() throws InstancesRefusedException {
        CommandId first = commands.send(Document.RESTART, List.of(id), RESTART, "launch-guard A/1", 60);
        for (int i = 0; i < 55; i++) {
            commands.send(Document.RESTART, List.of(id), RESTART, "launch-guard A/1" + i, 60);
        }
        assertEquals(Optional.of(first), commands.sent(Document.RESTART, "launch-guard A/1", since));
        assertEquals(Optional.empty(), commands.sent(Document.RESTART, "launch-guard A/", since));
        assertEquals(Optional.empty(), commands.sent(Document.PROBE, "launch-guard A/1", since));
        assertEquals(
                Optional.empty(),
                commands.sent(
                        Document.RESTART,
                        "launch-guard A/1",
                        aws.clock().instant().plusSeconds(2)));
    }

    @Test
    void names_ofOurDocuments() {
        assertTrue(commands.ours("LaunchGuard-Restart"));
        assertFalse(commands.ours("LaunchGuardian-Restart"));
        assertFalse(commands.ours("AWS-RunShellScript"));
        assertTrue(commands.probe("LaunchGuard-Probe"));
        assertFalse(commands.probe("LaunchGuard-Restart"));
        List<String> names = new ArrayList<>();
        for (Document document : Document.values()) {
            names.add(commands.name(document));
        }
        assertEquals(List.of("LaunchGuard-Probe", "LaunchGuard-Restart", "LaunchGuard-Redeploy"), names);
    }
}
