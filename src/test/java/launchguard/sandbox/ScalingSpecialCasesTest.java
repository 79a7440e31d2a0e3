package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * Auto Scaling and EC2 beyond a group of equal instances: weights, policies, hooks, warm pools, eventual consistency.
 */
class ScalingSpecialCasesTest {
    private final Sandbox aws = Sandbox.start(Map.of());
    private final AutoScalingClient scaling =
            aws.configure(AutoScalingClient.builder()).build();
    private final Ec2Client ec2 = aws.configure(Ec2Client.builder()).build();

    @AfterEach
    void stop() {
        scaling.close();
        ec2.close();
        aws.close();
    }

    private AutoScalingGroup web() {
        return scaling.describeAutoScalingGroups(describe -> describe.autoScalingGroupNames("web"))
                .autoScalingGroups()
                .getFirst();
    }

    private void markUnhealthy(Instance instance) {
        scaling.setInstanceHealth(health ->
                health.instanceId(instance.id()).healthStatus("Unhealthy").shouldRespectGracePeriod(false));
    }

    @Test
    void weightedGroup_countsUnits() {
        ScalingGroup group = aws.group("web").weight(8).replacements(gone -> Image.EMPTY);
        Instance first = group.launch(Image.EMPTY);
        group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        assertEquals(16, web().desiredCapacity());
        assertEquals("8", web().instances().getFirst().weightedCapacity());
        assertEquals(
                "8",
                web().mixedInstancesPolicy()
                        .launchTemplate()
                        .overrides()
                        .getFirst()
                        .weightedCapacity());
        aws.terminate(first);
        aws.advance(Duration.ofMinutes(2));
        assertEquals(2, web().instances().size());
        assertEquals(16, web().desiredCapacity());
    }

    @Test
    void groupCountedInVcpus_doesNotShowWhatAnInstanceCountsFor() {
        aws.group("web").capacityType("vcpu", 4).launch(Image.EMPTY);
        assertEquals(4, web().desiredCapacity());
        assertEquals("vcpu", web().desiredCapacityType());
        assertEquals(1, web().instances().size());
        assertEquals(null, web().instances().getFirst().weightedCapacity());
    }

    @Test
    void maintenancePolicy_launchesBeforeItTerminates() {
        ScalingGroup group = aws.group("web").launchBeforeTerminate().replacements(gone -> Image.EMPTY);
        Instance broken = group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        assertEquals(100, web().instanceMaintenancePolicy().minHealthyPercentage());
        markUnhealthy(broken);
        aws.advance(Duration.ofSeconds(20));
        assertEquals("InService", broken.lifecycle());
        assertEquals("Unhealthy", broken.health());
        assertEquals(2, web().instances().size());
        assertEquals(1, web().desiredCapacity());
        aws.advance(Duration.ofMinutes(5));
        assertEquals("terminated", broken.state());
        assertEquals(1, web().instances().size());
        assertEquals(2, aws.instances().size(), "nothing was launched in its place once more");
    }

    @Test
    void maintenancePolicy_waitsWhileNothingCanBeLaunched() {
        ScalingGroup group = aws.group("web").launchBeforeTerminate().replacements(gone -> Image.EMPTY);
        Instance broken = group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        group.suspend("Launch");
        markUnhealthy(broken);
        aws.advance(Duration.ofMinutes(30));
        assertEquals("InService", broken.lifecycle());
        group.resume();
        aws.advance(Duration.ofMinutes(5));
        assertEquals("terminated", broken.state());
    }

    @Test
    void warmedInstance_isListedApartAndNoMemberOfTheGroup() {
        List<ObjectNode> launches = new ArrayList<>();
        aws.events().listen(event -> {
            if (event.path("detail-type").asText().equals("EC2 Instance Launch Successful")) {
                launches.add(event);
            }
        });
        Instance warm = aws.group("web").warm(Image.EMPTY, "Stopped");
        aws.advance(Duration.ofMinutes(2));
        assertEquals(List.of(), web().instances());
        assertEquals(
                "Warmed:Stopped",
                scaling.describeAutoScalingInstances(describe -> describe.instanceIds(warm.id()))
                        .autoScalingInstances()
                        .getFirst()
                        .lifecycleState());
        assertEquals("stopped", warm.state());
        assertEquals("WarmPool", launches.getFirst().at("/detail/Destination").asText());
        assertThrows(AutoScalingException.class, () -> markUnhealthy(warm));
    }

    @Test
    void terminationHook_holdsAnInstanceThatIsStillRunning() {
        ScalingGroup group = aws.group("web").terminationHook(Duration.ofMinutes(10));
        Instance leaving = group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        markUnhealthy(leaving);
        aws.advance(Duration.ofMinutes(5));
        assertEquals("Terminating:Wait", web().instances().getFirst().lifecycleStateAsString());
        assertEquals("running", leaving.state());
        aws.advance(Duration.ofMinutes(10));
        assertEquals("terminated", leaving.state());
    }

    @Test
    void loadBalancersVerdict_countsOnlyWhereTheGroupAsksForIt() {
        ScalingGroup group = aws.group("web");
        Instance first = group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        aws.failsHealthCheck(first);
        assertEquals("Healthy", first.health());
        group.healthCheck("ELB");
        aws.failsHealthCheck(first);
        aws.advance(Duration.ofMinutes(2));
        assertEquals("terminated", first.state());
        assertEquals("ELB", web().healthCheckType());
    }

    @Test
    void ec2_doesNotKnowALaunchAtOnce() {
        aws.settings().ec2Lag(Duration.ofSeconds(20));
        Instance fresh = aws.group("web").launch(Image.EMPTY);
        aws.advance(Duration.ofSeconds(5));
        assertEquals("InvalidInstanceID.NotFound", refusal(fresh));
        assertEquals(
                List.of(),
                ec2.describeInstances(describe -> describe.filters(Filter.builder()
                                .name("instance-id")
                                .values(fresh.id())
                                .build()))
                        .reservations());
        aws.advance(Duration.ofSeconds(20));
        assertEquals(
                1,
                ec2.describeInstances(describe -> describe.instanceIds(fresh.id()))
                        .reservations()
                        .size());
    }

    private String refusal(Instance instance) {
        Ec2Exception error = assertThrows(
                Ec2Exception.class, () -> ec2.describeInstances(describe -> describe.instanceIds(instance.id())));
        return error.awsErrorDetails().errorCode();
    }

    @Test
    void ec2_forgetsWhatWasTerminatedAnHourAgo() {
        Instance gone = aws.group("web").launch(Image.EMPTY);
        aws.terminate(gone);
        aws.advance(Duration.ofMinutes(10));
        assertEquals(
                "terminated",
                ec2.describeInstances(describe -> describe.instanceIds(gone.id()))
                        .reservations()
                        .getFirst()
                        .instances()
                        .getFirst()
                        .state()
                        .nameAsString());
        aws.advance(Duration.ofHours(1));
        assertEquals("InvalidInstanceID.NotFound", refusal(gone));
    }

    @Test
    void unknownInstance_isUnknownToEachServiceByItself() {
        Instance here = aws.group("web").launch(Image.EMPTY);
        here.unknownToEc2(true);
        assertEquals("InvalidInstanceID.NotFound", refusal(here));
        assertEquals(1, web().instances().size());
        here.unknownToEc2(false);
        here.unknownToScaling(true);
        assertEquals(List.of(), web().instances());
        assertEquals(
                List.of(),
                scaling.describeAutoScalingInstances(describe -> describe.instanceIds(here.id()))
                        .autoScalingInstances());
    }

    @Test
    void moreThanFiftyTags_areRefusedWhole() {
        Instance instance = aws.group("web").launch(Image.EMPTY);
        // AWS's own tags don't count.
        long own = instance.tags().keySet().stream()
                .filter(key -> !key.startsWith("aws:"))
                .count();
        for (long i = own + 1; i <= 50; i++) {
            instance.tags().put("team-" + i, "x");
        }
        Ec2Exception error = assertThrows(Ec2Exception.class, () -> tag(instance, "launch-guard:verdict"));
        assertEquals("TagLimitExceeded", error.awsErrorDetails().errorCode());
        assertFalse(instance.tags().containsKey("launch-guard:verdict"));
        tag(instance, "team-50");
    }

    private void tag(Instance instance, String key) {
        ec2.createTags(create -> create.resources(instance.id())
                .tags(Tag.builder().key(key).value("HEALTHY").build()));
    }
}
