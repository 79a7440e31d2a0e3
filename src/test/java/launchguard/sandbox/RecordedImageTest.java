package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** Recorded instances that boot at another time under other ids are still judged as they were recorded. */
@Tag("verify")
class RecordedImageTest {
    private static final Path TRUTH = Path.of("src/test/resources/corpus/truth.tsv");

    @Test
    void everyScenario_bootedNow_keepsItsVerdict() throws Exception {
        Map<String, String> wanted = truth();
        Map<String, String> seen = new TreeMap<>();
        try (Sandbox aws = Sandbox.start();
                SsmClient ssm = aws.configure(SsmClient.builder()).build()) {
            Map<String, Instance> instances = new TreeMap<>();
            aws.advance(Duration.ofHours(5));
            for (String scenario : wanted.keySet()) {
                instances.put(scenario, aws.group("web").launch(scenario));
            }
            aws.advance(Duration.ofMinutes(5));
            String command = ssm.sendCommand(send -> send.documentName("LaunchGuard-Probe")
                            .instanceIds(instances.values().stream()
                                    .map(Instance::id)
                                    .toList()))
                    .command()
                    .commandId();
            aws.advance(Duration.ofMinutes(1));
            for (Map.Entry<String, Instance> instance : instances.entrySet()) {
                String id = instance.getValue().id();
                GetCommandInvocationResponse end =
                        ssm.getCommandInvocation(get -> get.commandId(command).instanceId(id));
                assertEquals("Success", end.statusAsString(), end.standardErrorContent());
                seen.put(instance.getKey(), verdict(id, end.standardOutputContent()));
            }
        }
        wanted.forEach((scenario, verdicts) -> assertTrue(
                List.of(verdicts.split("\\|", -1)).contains(seen.get(scenario)),
                scenario + ": " + seen.get(scenario) + ", not " + verdicts));
    }

    @Test
    void recordedLaunch_agreesWithTheApisOnIdsAndTimes() throws Exception {
        try (Sandbox aws = Sandbox.start()) {
            aws.advance(Duration.ofDays(2));
            Instance first = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");
            Instance second = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");
            aws.advance(Duration.ofMinutes(2));
            assertEquals(
                    first.id(),
                    first.root().read("var/lib/cloud/data/instance-id").strip());
            assertEquals(2, Set.of(first.id(), second.id()).size());
            Deployment deployment = aws.codeDeploy().all().getFirst();
            assertEquals(first.launchDeployment().orElseThrow(), deployment.id());
            assertEquals("autoscaling", deployment.creator);
            Instant boot = first.launchTime().plusSeconds(6);
            assertEquals(
                    "btime " + boot.getEpochSecond(),
                    first.root().read("proc/stat").strip());
            Instant logged = Objects.requireNonNull(deployment.targets.get(first.id()))
                    .steps
                    .get(2)
                    .start();
            assertEquals(7_975, Duration.between(boot, logged).toMillis());
            assertTrue(Files.exists(first.root()
                    .path()
                    .resolve("opt/codedeploy-agent/deployment-root/" + Sandbox.DEPLOYMENT_GROUP_ID + "/"
                            + deployment.id() + "/deployment-archive/appspec.yml")));
        }
    }

    private static String verdict(String id, String printed) {
        try {
            Evidence evidence = EvidenceReader.read(printed);
            InstanceId instance = evidence.host().instanceId() == null ? null : new InstanceId(id);
            Question question = new Question(instance, null, null, List.of(), Set.of(), false, Duration.ofHours(1));
            return Diagnosis.of(evidence, question).name().toString();
        } catch (UnreadableEvidenceException e) {
            return "INCONCLUSIVE";
        }
    }

    private static Map<String, String> truth() throws IOException {
        Map<String, String> truth = new TreeMap<>();
        for (String line : Files.readAllLines(TRUTH)) {
            if (!line.startsWith("#")) {
                List<String> fields = List.of(line.split("\t", 2));
                truth.put(fields.get(0), fields.get(1));
            }
        }
        return truth;
    }
}
