package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Filter;

/** A real client finds Auto Scaling's state and errors. */
class ScalingServiceTest {
    @Test
    void client_seesGroupsInstancesAndRefreshes() {
        try (Sandbox aws = Sandbox.start()) {
            describe(aws, aws.group("web"));
        }
    }

    private static void describe(Sandbox aws, ScalingGroup group) {
        Instance instance = group.launch(Image.EMPTY);
        group.suspend("ReplaceUnhealthy").templateVersion(7);
        group.startRefresh();
        aws.advance(Duration.ofMinutes(1));
        try (AutoScalingClient scaling =
                aws.configure(AutoScalingClient.builder()).build()) {
            AutoScalingGroup found = scaling.describeAutoScalingGroups(describe -> describe.filters(Filter.builder()
                            .name("tag:launch-guard")
                            .values("on")
                            .build()))
                    .autoScalingGroups()
                    .getFirst();
            assertEquals("web", found.autoScalingGroupName());
            assertEquals("InService", found.instances().getFirst().lifecycleStateAsString());
            assertEquals(
                    "ReplaceUnhealthy", found.suspendedProcesses().getFirst().processName());
            assertEquals("7", found.launchTemplate().version());
            assertEquals(
                    "InProgress",
                    scaling.describeInstanceRefreshes(describe -> describe.autoScalingGroupName("web"))
                            .instanceRefreshes()
                            .getFirst()
                            .statusAsString());
            assertEquals(
                    "web",
                    scaling.describeAutoScalingInstances(describe -> describe.instanceIds(instance.id()))
                            .autoScalingInstances()
                            .getFirst()
                            .autoScalingGroupName());
            AutoScalingException error = assertThrows(
                    AutoScalingException.class,
                    () -> scaling.setInstanceHealth(
                            health -> health.instanceId("i-0000000000000dead").healthStatus("Unhealthy")));
            assertEquals("ValidationError", error.awsErrorDetails().errorCode());
        }
    }
}
