package launchguard.bench.fleet;

import java.util.EnumMap;
import java.util.Map;

/**
 * Token buckets. AWS publishes these for EC2 only (filtered DescribeInstances: 10 a second, 50 at once); the others are
 * assumed, on the low side of what accounts report.
 */
final class Quotas {
    /** A call: tokens a second, and how many may be saved up; 0 is no limit that counts here. */
    enum Operation {
        SEND_COMMAND(5, 10),
        GET_COMMAND_INVOCATION(20, 40),
        CODEDEPLOY_READ(10, 20),
        DESCRIBE_INSTANCES(10, 50),
        AUTO_SCALING_READ(10, 30),
        DYNAMODB(0, 0),
        SQS(0, 0),
        EVENTBRIDGE(0, 0);

        final double rate;
        final double burst;

        Operation(double rate, double burst) {
            this.rate = rate;
            this.burst = burst;
        }
    }

    private final Map<Operation, double[]> buckets = new EnumMap<>(Operation.class);
    final Map<Operation, Long> calls = new EnumMap<>(Operation.class);
    long throttled;

    /** Whether the call may take place at that time; times never go back by more than a call lasts. */
    boolean take(Operation operation, double now) {
        calls.merge(operation, 1L, Long::sum);
        if (operation.rate == 0) {
            return true;
        }
        double[] bucket = buckets.computeIfAbsent(operation, ignored -> new double[] {operation.burst, 0});
        bucket[0] = Math.min(operation.burst, bucket[0] + Math.max(0, now - bucket[1]) * operation.rate);
        bucket[1] = Math.max(bucket[1], now);
        if (bucket[0] < 1) {
            throttled++;
            return false;
        }
        bucket[0]--;
        return true;
    }
}
