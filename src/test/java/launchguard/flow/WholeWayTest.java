package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import org.junit.jupiter.api.Test;

/** From an event to a repaired instance, over the real wire and the real scripts. */
class WholeWayTest {
    @Test
    void launch_raced_isRedeployedAndProvedHealthy() {
        try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"))) {
            Functions.install(aws, System.out);
            ScalingGroup web = aws.group("web");
            Instance healthy = web.launch("rpm-dnf-no-race-agent-after-cloud-init");
            Instance broken = web.launch("rpm-dnf-race-jdk8-status-error");
            assertTrue(aws.settle(Duration.ofHours(3)));
            assertEquals("InService", broken.lifecycle());
            assertEquals("InService", healthy.lifecycle());
            aws.calls().all().forEach(System.out::println);
        }
    }
}
