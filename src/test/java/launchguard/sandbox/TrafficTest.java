package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The load balancer sends requests to what is in service and to nothing else. */
@Tag("verify")
class TrafficTest {
    private static final String RACED = "rpm-dnf-race-jdk8-status-error";
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final Duration EVERY = Duration.ofSeconds(1);

    @Test
    void requestsComeOnceItIsInService_andOneOfTenNeedsAClassThatIsNotLoaded() {
        try (Sandbox aws = Sandbox.start()) {
            ScalingGroup group = aws.group("web").gated();
            Traffic traffic = aws.traffic(group, EVERY, Duration.ofMinutes(15));
            Instance instance = group.launch(RACED);
            aws.advance(Duration.ofMinutes(9));
            assertEquals("Pending:Wait", instance.lifecycle());
            assertEquals(0, traffic.requests());
            aws.advance(Duration.ofMinutes(7));
            assertEquals("InService", instance.lifecycle());
            assertTrue(traffic.requests() > 200, traffic.requests() + " requests");
            assertEquals(traffic.requests(), traffic.metStaleJvm());
            assertEquals(traffic.requests() / 10, traffic.failed());
            assertEquals(1, traffic.serving());
            assertEquals(0, traffic.drops());
        }
    }

    @Test
    void soundInstance_failsNoRequest_andItsLeavingIsADrop() {
        try (Sandbox aws = Sandbox.start()) {
            ScalingGroup group = aws.group("web");
            Traffic traffic = aws.traffic(group, EVERY, Duration.ofMinutes(10));
            Instance instance = group.launch(HEALTHY);
            aws.advance(Duration.ofMinutes(5));
            assertTrue(traffic.requests() > 100, traffic.requests() + " requests");
            aws.terminate(instance);
            aws.advance(Duration.ofSeconds(5));
            assertEquals(0, traffic.serving());
            assertEquals(1, traffic.drops());
            assertEquals(0, traffic.metStaleJvm());
            assertEquals(0, traffic.failed());
        }
    }
}
