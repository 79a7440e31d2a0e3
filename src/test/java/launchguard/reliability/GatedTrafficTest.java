package launchguard.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import launchguard.Thorough;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Traffic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the launch gate is for, in numbers: requests flow all the time, and launches race, a hundred in the long run. */
@Tag("verify")
class GatedTrafficTest {
    private static final int LAUNCHES = Thorough.choose(12, 100);
    private static final int SERVING = 5;
    private static final Duration EVERY = Duration.ofSeconds(5);

    private record Seen(long requests, long metStale, long failed, int drops, int serving) {}

    private static Seen races(boolean gated) {
        try (ReliabilityStage ground = new ReliabilityStage("MaxUnavailablePercent", "50")) {
            if (gated) {
                ground.group.gated();
            }
            for (int i = 0; i < SERVING; i++) {
                ground.launch(ReliabilityStage.HEALTHY, "success");
            }
            ground.aws.settle(Duration.ofMinutes(5));
            // A restart of an application takes its time.
            ground.aws.settings().commandTime(Duration.ofSeconds(20));
            Traffic traffic = ground.aws.traffic(ground.group, EVERY, Duration.ofMinutes(30), ground.players);
            List<Instance> launched = new ArrayList<>();
            for (int i = 0; i < LAUNCHES; i++) {
                launched.add(ground.raced());
            }
            ground.workToTheEnd(1, 1);
            launched.forEach(instance -> {
                assertEquals("REPAIRED", ground.status(instance), ground.latest(instance)::toString);
                assertEquals("InService", instance.lifecycle());
            });
            assertEquals(List.of(), ground.aws.deadLetters().messages());
            return new Seen(
                    traffic.requests(), traffic.metStaleJvm(), traffic.failed(), traffic.drops(), traffic.serving());
        }
    }

    @Test
    @Tag("thorough")
    void racedLaunches_noRequestMeetsAStaleJvm_andCapacityNeverDrops() {
        Seen gated = races(true);
        Seen ungated = races(false);
        System.out.printf("traffic over %d raced launches: gated %s, not gated %s%n", LAUNCHES, gated, ungated);
        assertEquals(0, gated.metStale());
        assertEquals(0, gated.failed());
        assertEquals(0, gated.drops(), "capacity dropped");
        assertEquals(SERVING + LAUNCHES, gated.serving());
        assertTrue(gated.requests() > 1000, "requests flowed");
        // The same without the gate: else the zeros above would mean nothing.
        assertTrue(ungated.metStale() > LAUNCHES, ungated.toString());
        assertTrue(ungated.failed() > 0, ungated.toString());
        assertTrue(ungated.drops() >= LAUNCHES, ungated.toString());
    }

    /** Launches go on by themselves while the function is stopped, and are looked after when it is back. */
    @Test
    void functionStoppedForAnHour_everyHeldInstanceIsInServiceByTheHooksTime() {
        try (ReliabilityStage ground = new ReliabilityStage()) {
            ground.group.gated();
            Instant back = ground.aws.clock().instant().plus(Duration.ofHours(1));
            List<Instance> launched = new ArrayList<>();
            while (ground.aws.clock().instant().isBefore(back)) {
                launched.add(ground.launch(
                        launched.size() % 2 == 0 ? ReliabilityStage.HEALTHY : ReliabilityStage.RACED, "success"));
                ground.aws.advance(Duration.ofMinutes(5));
                launched.stream()
                        .filter(instance -> !ground.aws
                                .clock()
                                .instant()
                                // It waits from the moment on that EC2 runs it.
                                .isBefore(instance.launchTime().plusSeconds(10 + 600)))
                        .forEach(instance -> assertEquals("InService", instance.lifecycle(), instance.toString()));
            }
            ground.workToTheEnd(1, 1);
            for (Instance instance : launched) {
                assertEquals("InService", instance.lifecycle());
                assertEquals("running", instance.state());
                assertTrue(ground.latest(instance).orElseThrow().ended(), ground.latest(instance)::toString);
                assertEquals(launched.indexOf(instance) % 2 == 0 ? "CLOSED" : "REPAIRED", ground.status(instance));
                Gate gate = ground.latest(instance).map(Case::gate).orElse(null);
                assertTrue(gate == null || !gate.open(), () -> Objects.toString(gate));
            }
            assertEquals(launched.size(), ground.aws.instances().size(), "none was terminated");
            assertEquals(List.of(), ground.aws.deadLetters().messages());
        }
    }
}
