package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** The stack's documents repair recorded instances, or fail at it, as they do on real ones. */
@Tag("verify")
class RepairTest {
    private final Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"));
    private final SsmClient ssm = aws.configure(SsmClient.builder()).build();
    private final Instance instance = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");

    RepairTest() {
        aws.advance(Duration.ofMinutes(2));
    }

    @AfterEach
    void stop() {
        ssm.close();
        aws.close();
    }

    private GetCommandInvocationResponse run(String document, Map<String, List<String>> parameters) {
        String command = ssm.sendCommand(send ->
                        send.documentName(document).instanceIds(instance.id()).parameters(parameters))
                .command()
                .commandId();
        aws.advance(Duration.ofMinutes(3));
        return ssm.getCommandInvocation(get -> get.commandId(command).instanceId(instance.id()));
    }

    private Evidence probe() throws Exception {
        return EvidenceReader.read(run("LaunchGuard-Probe", Map.of()).standardOutputContent());
    }

    private Verdict verdict() throws Exception {
        return Diagnosis.of(
                probe(),
                new Question(
                        new InstanceId(instance.id()), null, null, List.of(), Set.of(), false, Duration.ofHours(1)));
    }

    private GetCommandInvocationResponse redeploy() throws Exception {
        String stale = Objects.requireNonNull(probe().jvms()).stream()
                .map(jvm -> jvm.pid() + ":" + jvm.startTicks())
                .collect(Collectors.joining(","));
        return run(
                "LaunchGuard-Redeploy",
                Map.of(
                        "groupId", List.of(Sandbox.DEPLOYMENT_GROUP_ID),
                        "deploymentId", List.of(instance.launchDeployment().orElseThrow()),
                        "groupName", List.of("prod"),
                        "applicationName", List.of("rest-api"),
                        "pids", List.of(stale),
                        "expect", List.of("stale")));
    }

    @Test
    void redeployment_onTheInstance_heals() throws Exception {
        assertEquals("STALE_JDK", verdict().name().toString());
        GetCommandInvocationResponse end = redeploy();
        assertEquals(0, end.responseCode(), end.standardOutputContent() + end.standardErrorContent());
        assertEquals("HEALTHY", verdict().name().toString());
    }

    @Test
    void redeployment_thatFails_leavesTheApplicationDown() throws Exception {
        instance.root().write("stand-in/outcome", "apphook-fails\n");
        assertEquals(20, redeploy().responseCode());
    }

    @Test
    void deployment_toTheGroup_heals() throws Exception {
        try (CodeDeployClient codeDeploy =
                aws.configure(CodeDeployClient.builder()).build()) {
            var launch = codeDeploy.getDeployment(
                    get -> get.deploymentId(instance.launchDeployment().orElseThrow()));
            codeDeploy.createDeployment(create -> create.applicationName("rest-api")
                    .deploymentGroupName("prod")
                    .revision(launch.deploymentInfo().revision()));
        }
        aws.advance(Duration.ofMinutes(2));
        assertEquals("HEALTHY", verdict().name().toString());
    }

    @Test
    void failedLaunchDeployment_isAbandonedAndLaunchedAgain() {
        Instance failing = aws.group("web").replacements(gone -> Image.EMPTY).launch("rpm-dnf-race-jdk8-status-error");
        aws.advance(Duration.ofSeconds(15));
        String id = failing.launchDeployment().orElseThrow();
        Deployment deployment = aws.codeDeploy().all().getLast();
        assertEquals(id, deployment.id());
        aws.codeDeploy().fail(deployment, failing);
        aws.advance(Duration.ofMinutes(5));
        assertEquals("terminated", failing.state());
        assertEquals("InService", aws.group("web").instances().getLast().lifecycle());
    }
}
