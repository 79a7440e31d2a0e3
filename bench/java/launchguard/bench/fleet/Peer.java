package launchguard.bench.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import launchguard.scale.Quotas;

/**
 * A model of the function that sends a command for each event and polls every two seconds, call by call as
 * bench/peer/handler.py makes them, against the same quotas; Lambda tries it three times.
 */
final class Peer {
    private static final double POLL = 2;
    private static final int ATTEMPTS = 5;
    private static final double CALL = 0.02;

    private final Clock clock;
    private final Quotas quotas;
    private final Random chance;
    long invocations;
    long retried;
    long dropped;
    double busySeconds;

    Peer(Clock clock, Quotas quotas, Random chance) {
        this.clock = clock;
        this.quotas = quotas;
        this.chance = chance;
    }

    void expect(Launch launch) {
        clock.at(launch.deployed + 0.3 + 0.5 * chance.nextDouble(), () -> new Run(launch, 1).begin());
    }

    private final class Run {
        private final Launch launch;
        private final int tries;
        private double began;
        private double ends;

        Run(Launch launch, int tries) {
            this.launch = launch;
            this.tries = tries;
        }

        void begin() {
            began = clock.now;
            invocations++;
            call(
                    "autoscaling:DescribeAutoScalingInstances",
                    1,
                    () -> call("ssm:SendCommand", 1, () -> {
                        ends = Math.max(clock.now + 1 + chance.nextDouble(), launch.cloudInitEnd) + 0.5;
                        poll();
                    }));
        }

        private void poll() {
            call("ssm:GetCommandInvocation", 1, () -> {
                if (clock.now >= ends) {
                    launch.verdict = clock.now;
                    busySeconds += clock.now - began;
                } else {
                    clock.at(clock.now + POLL, this::poll);
                }
            });
        }

        private void call(String operation, int attempt, Runnable then) {
            if (quotas.take(operation, Instant.EPOCH.plus(Duration.ofNanos(Math.round(clock.now * 1e9))))) {
                clock.at(clock.now + CALL, then);
            } else if (attempt < ATTEMPTS) {
                // boto3's own: up to one second, doubled each time.
                clock.at(
                        clock.now + chance.nextDouble() * (1 << (attempt - 1)),
                        () -> call(operation, attempt + 1, then));
            } else {
                busySeconds += clock.now - began;
                if (tries < 3) {
                    retried++;
                    clock.at(clock.now + 60 * tries, () -> new Run(launch, tries + 1).begin());
                } else {
                    dropped++;
                }
            }
        }
    }
}
