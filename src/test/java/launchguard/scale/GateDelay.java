package launchguard.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.LambdaLoad;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Json;

/**
 * What the launch gate adds to healthy launches: seconds from the end of cloud-init and of CodeDeploy's deployment, whichever is
 * later, to InService. The function itself with its own SDK clients on the sandbox in stepped time, as in {@link ScaleOut}.
 */
public final class GateDelay {
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final int GROUP = 200;
    private static final Duration BOOT = Duration.ofSeconds(6);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** In {@code Pending:Proceed}, as each launch is once its hooks are answered, gated or not. */
    static final Duration PROCEEDING = Duration.ofSeconds(2);

    private GateDelay() {}

    /**
     * The result.
     *
     * @param added seconds of each launch, sorted
     * @param unproved launches that the gate let go on without proof
     */
    public record Result(int launches, List<Double> added, long throttled, int unproved) {
        /** The seconds that this share of the launches does not exceed. */
        public double share(double share) {
            return added.get(Math.min(added.size() - 1, (int) Math.floor(added.size() * share)));
        }
    }

    /** So many gated launches within five minutes, in groups of two hundred. */
    public static Result of(int launches) throws InterruptedException {
        Quotas quotas = new Quotas();
        Random chance = new Random(6);
        Random spread = new Random(7);
        Random lag = new Random(8);
        Map<String, Instant> ready = new HashMap<>();
        List<Double> added = new ArrayList<>();
        int[] unproved = new int[1];
        try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate")).forgetful()) {
            aws.faults().by(quotas::effect);
            aws.settings().commandTime(Duration.ofMillis(500)).proceeding(PROCEEDING);
            aws.events().delays(event -> List.of(Duration.ofMillis(300 + chance.nextInt(500))));
            aws.events().listen(event -> {
                String type = event.path("detail-type").asText();
                Instant from = ready.get(event.at("/detail/EC2InstanceId").asText());
                if (type.equals("EC2 Instance Launch Successful") && from != null) {
                    added.add(Duration.between(from, aws.clock().instant()).toMillis() / 1000.0);
                } else if (type.equals("Launch Guard Gate Released")) {
                    unproved[0] += event.at("/detail/proved").asBoolean() ? 0 : 1;
                }
            });
            ReplayedInstances players = new ReplayedInstances();
            aws.commands().runner(players);
            Duration deployed = seconds(ScaleOut.HEALTHY_DEPLOYED);
            Image image = players.promptly(HEALTHY, "success", deployed.plusMillis(100));
            for (int i = 0; i < launches; i++) {
                ScalingGroup group = aws.group("web-" + i / GROUP).gated();
                aws.later(Duration.ofMillis(Math.round(ScaleOut.SPREAD.toMillis() * spread.nextDouble())), () -> {
                    Instance instance = group.launch(image);
                    ready.put(instance.id(), instance.launchTime().plus(BOOT).plus(deployed));
                });
            }
            LambdaLoad rush = aws.rush(
                    new LambdaLoad.Terms(
                            aws.template().maximumConcurrency(),
                            aws.template().queueSettings().batchWindow(),
                            Duration.ofMillis(2500),
                            () -> seconds(0.020 * (0.7 + 0.6 * lag.nextDouble())),
                            ScaleOut.PROCESSOR),
                    Lines.to(line -> Json.parse("{}")));
            if (!rush.until(aws.clock().instant().plus(LONGEST))) {
                throw new IllegalStateException(LONGEST + " were not enough");
            }
            return new Result(launches, added.stream().sorted().toList(), quotas.refused(), unproved[0]);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
