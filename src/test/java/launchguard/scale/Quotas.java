package launchguard.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Effect;

/**
 * Limits calls by token buckets. AWS publishes quotas for EC2 only (filtered DescribeInstances: 10 a second, 50 at
 * once); the others are assumed, on the low side of what accounts report.
 */
public final class Quotas {
    /**
     * Tokens that come back each second, and how many may be saved up.
     *
     * @param operations that share it, as service:operation or service:beginning*
     */
    public record Quota(String operations, double rate, double burst) {
        private boolean covers(String operation) {
            for (String pattern : operations.split(" ", -1)) {
                boolean fits = pattern.endsWith("*")
                        ? operation.startsWith(pattern.substring(0, pattern.length() - 1))
                        : operation.equals(pattern);
                if (fits) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The quotas of the measurements; the first one that covers a call counts. */
    public static final Map<String, Quota> ALL = new LinkedHashMap<>();

    static {
        add("SendCommand", "ssm:SendCommand", 5, 10);
        add("GetCommandInvocation", "ssm:GetCommandInvocation", 20, 40);
        add("other reads of SSM", "ssm:*", 10, 20);
        add("CodeDeploy's reads", "codedeploy:*", 10, 20);
        add("SetInstanceHealth", "autoscaling:SetInstanceHealth", 5, 10);
        add("Auto Scaling's reads", "autoscaling:*", 10, 30);
        add("DescribeInstances", "ec2:Describe*", 10, 50);
        add("CreateTags", "ec2:*", 10, 100);
        add("PutEvents", "events:PutEvents", 400, 400);
    }

    private static void add(String name, String operations, double rate, double burst) {
        ALL.put(name, new Quota(operations, rate, burst));
    }

    private static final class Bucket {
        private double tokens;
        private Instant since;

        private Bucket(double tokens, Instant since) {
            this.tokens = tokens;
            this.since = since;
        }
    }

    private final Map<String, Bucket> buckets = new HashMap<>();
    private final Map<String, Long> calls = new TreeMap<>();
    private final Map<String, Long> throttled = new TreeMap<>();

    /** How many of these calls that quota covers. */
    public static long calls(Map<String, Long> operations, String name) {
        return operations.entrySet().stream()
                .filter(entry -> of(entry.getKey()).equals(Optional.of(name)))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Optional<String> of(String operation) {
        return ALL.entrySet().stream()
                .filter(entry -> entry.getValue().covers(operation))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What becomes of a call that reaches AWS. */
    public Effect effect(Call call) {
        return take(call.service() + ":" + call.operation(), call.at()) ? new Effect.None() : new Effect.Throttle();
    }

    /** Whether a call may take place at that moment, and takes its token. */
    public synchronized boolean take(String operation, Instant now) {
        calls.merge(operation, 1L, Long::sum);
        Optional<String> name = of(operation);
        boolean may = name.isEmpty() || take(name.get(), Objects.requireNonNull(ALL.get(name.get())), now);
        if (!may) {
            throttled.merge(name.get(), 1L, Long::sum);
        }
        return may;
    }

    private boolean take(String name, Quota quota, Instant now) {
        Bucket bucket = buckets.computeIfAbsent(name, key -> new Bucket(quota.burst(), now));
        double passed = Duration.between(bucket.since, now).toNanos() / 1e9;
        bucket.tokens = Math.min(quota.burst(), bucket.tokens + passed * quota.rate());
        bucket.since = now;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    /** How often each operation was called, throttled calls included. */
    public synchronized Map<String, Long> calls() {
        return new TreeMap<>(calls);
    }

    /** How many calls were refused, by quota. */
    public synchronized Map<String, Long> throttled() {
        return new TreeMap<>(throttled);
    }

    /** How many calls were refused. */
    public synchronized long refused() {
        return throttled.values().stream().mapToLong(Long::longValue).sum();
    }
}
