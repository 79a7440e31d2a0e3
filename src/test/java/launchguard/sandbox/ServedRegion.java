package launchguard.sandbox;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A region to try the command line in: the deployed function has seen four launches of the group {@code web}, and the group
 * {@code batch} has one instance that broke before the function was there. From then on its time is this machine's.
 */
public final class ServedRegion implements AutoCloseable {
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final String LUCKY = "rpm-lucky-race-jdk-not-upgraded";
    private static final String RACED = "rpm-dnf-race-jdk8-status-error";
    private static final String IN_PLACE = "rpm-dnf-race-corretto17-in-place";

    /** The older instance is past its launch window by the time of the first launch. */
    private static final Duration BEFORE = Duration.ofHours(3);

    private static final Duration BETWEEN = Duration.ofMinutes(20);
    private static final Duration SCHEDULE = Duration.ofMinutes(15);
    private static final Duration TICK = Duration.ofMillis(100);

    private final Sandbox aws;
    private final InstantSource machine;
    private final Instance before;
    private final Thread time =
            Thread.ofPlatform().daemon().name("sandbox-time").unstarted(this::run);
    private volatile boolean closed;
    private Instant scheduled;

    private ServedRegion(String mode, InstantSource machine) {
        this.machine = machine;
        scheduled = machine.instant();
        aws = Sandbox.start(Map.of("Mode", mode)).from(scheduled.minus(BEFORE).minus(BETWEEN.multipliedBy(4)));
        before = aws.group("batch").launch(RACED);
        aws.advance(BEFORE);
        Functions.install(aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        ScalingGroup web = aws.group("web").replacements(gone -> Image.recorded(HEALTHY));
        for (String launch : List.of(HEALTHY, LUCKY, RACED, IN_PLACE)) {
            Instance instance = web.launch(launch);
            if (launch.equals(IN_PLACE)) {
                instance.root().write("stand-in/outcome", "apphook-fails\n");
            }
            Instant next = aws.clock().instant().plus(BETWEEN);
            aws.settle(BETWEEN);
            aws.advance(Duration.between(aws.clock().instant(), next));
        }
    }

    /** Starts it in this mode of the function; its clock follows this one. */
    public static ServedRegion start(String mode, InstantSource machine) {
        ServedRegion served = new ServedRegion(mode, machine);
        served.time.start();
        return served;
    }

    /** What a shell needs to have its AWS here. */
    public Map<String, String> variables() {
        Map<String, String> all = aws.environment();
        Map<String, String> variables = new TreeMap<>();
        List.of("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "LAUNCH_GUARD_TABLE")
                .forEach(name -> variables.put(name, all.getOrDefault(name, "")));
        variables.put("LAUNCH_GUARD_FUNCTION", Sandbox.FUNCTION);
        return variables;
    }

    /** The instance of the group {@code batch}, which the function has not seen. */
    public String before() {
        return before.id();
    }

    /** The region itself. */
    public Sandbox aws() {
        return aws;
    }

    /** Time passes here as it does outside; what the function or a script has waited for is ahead of it for a while. */
    private void run() {
        try {
            while (!closed) {
                Thread.sleep(TICK);
                Instant now = machine.instant();
                if (!scheduled.plus(SCHEDULE).isAfter(now)) {
                    scheduled = now;
                    aws.schedule();
                }
                Duration behind = Duration.between(aws.clock().instant(), now);
                if (behind.isPositive()) {
                    aws.settle(behind);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            time.join();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        aws.close();
    }
}
