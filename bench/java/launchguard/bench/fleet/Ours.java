package launchguard.bench.fleet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import launchguard.bench.fleet.Quotas.Operation;

/**
 * Queue, batches and invocations of Launch Guard in mode observe, with the calls that FewCallsTest counts: events of one
 * launch come in three messages and the end of its probe is a fourth; each invocation makes its calls one after the other.
 */
final class Ours {
    private static final int BATCH = 150;
    private static final double VISIBILITY = 750;
    private static final int RECEIVES = 5;
    private static final int ATTEMPTS = 4;

    enum Kind {
        DEPLOYED,
        ENDED,
        LAUNCHED,
        PROBED
    }

    /** A message in the queue. */
    static final class Message {
        final Kind kind;
        final Launch launch;
        double since;
        int receives;

        Message(Kind kind, Launch launch) {
            this.kind = kind;
            this.launch = launch;
        }
    }

    private final Clock clock;
    private final Quotas quotas;
    private final Random chance;
    private final int concurrency;
    private final double window;
    private final double callSeconds;
    private final Deque<Message> queue = new ArrayDeque<>();
    private int running;
    private double optInUntil = -1;
    long invocations;
    long redelivered;
    long dead;
    double busySeconds;

    Ours(Clock clock, Quotas quotas, Random chance, int concurrency, double window, double callSeconds) {
        this.clock = clock;
        this.quotas = quotas;
        this.chance = chance;
        this.concurrency = concurrency;
        this.window = window;
        this.callSeconds = callSeconds;
    }

    /** EventBridge takes some tenths of a second; Auto Scaling tells some seconds after CodeDeploy. */
    void expect(Launch launch) {
        send(new Message(Kind.DEPLOYED, launch), launch.deployed + 0.3 + 0.5 * chance.nextDouble());
        send(new Message(Kind.ENDED, launch), launch.deployed + 1 + 2 * chance.nextDouble());
        send(new Message(Kind.LAUNCHED, launch), launch.deployed + 5 + 10 * chance.nextDouble());
    }

    private void send(Message message, double at) {
        clock.at(at, () -> {
            message.since = clock.now;
            queue.add(message);
            poll();
            clock.at(clock.now + window, this::poll);
        });
    }

    private void poll() {
        while (running < concurrency
                && !queue.isEmpty()
                && (queue.size() >= BATCH || queue.peek().since + window <= clock.now + 1e-9)) {
            List<Message> batch = new ArrayList<>();
            while (batch.size() < BATCH && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
            running++;
            invocations++;
            new Invocation(batch).step();
        }
    }

    /** One batch; calls one after the other, at their times. */
    private final class Invocation {
        private final List<Message> batch;
        private final Deque<Runnable> steps = new ArrayDeque<>();
        private final Set<Message> failed = new HashSet<>();
        private final List<Launch> toProbe = new ArrayList<>();
        private final double began = clock.now;

        Invocation(List<Message> batch) {
            this.batch = batch;
            batch.sort((a, b) -> Boolean.compare(a.kind != Kind.DEPLOYED, b.kind != Kind.DEPLOYED));
            List<Message> news = batch.stream()
                    .filter(one -> one.kind != Kind.PROBED && !one.launch.known)
                    .toList();
            if (!news.isEmpty()) {
                call(Operation.DESCRIBE_INSTANCES, news, () -> {});
                for (int i = 0; i < news.size(); i += 50) {
                    call(Operation.AUTO_SCALING_READ, news, () -> {});
                }
                if (clock.now > optInUntil) {
                    call(Operation.AUTO_SCALING_READ, news, () -> optInUntil = clock.now + 60);
                }
            }
            for (Message one : batch) {
                message(one);
            }
            steps.add(this::probe);
        }

        private void message(Message one) {
            List<Message> mine = List.of(one);
            switch (one.kind) {
                case ENDED -> call(Operation.CODEDEPLOY_READ, mine, () -> {});
                case PROBED ->
                    call(Operation.GET_COMMAND_INVOCATION, mine, () -> {
                        if (Double.isNaN(one.launch.verdict)) {
                            one.launch.verdict = clock.now;
                        }
                    });
                default -> {}
            }
            call(Operation.DYNAMODB, mine, () -> {});
            if (one.kind == Kind.PROBED) {
                call(Operation.EVENTBRIDGE, mine, () -> {});
                call(Operation.DYNAMODB, mine, () -> {});
            } else {
                steps.add(() -> open(one));
            }
        }

        private void open(Message one) {
            if (failed.contains(one) || one.launch.known) {
                if (!failed.contains(one) && !one.launch.sent && !toProbe.contains(one.launch)) {
                    toProbe.add(one.launch);
                }
                return;
            }
            one.launch.known = true;
            toProbe.add(one.launch);
            first(Operation.DYNAMODB);
            first(Operation.SQS);
        }

        private void first(Operation operation) {
            steps.addFirst(() -> make(operation, List.of(), () -> {}, 1));
        }

        /** Fifty in a command. */
        private void probe() {
            for (int i = 0; i < toProbe.size(); i += 50) {
                List<Launch> some = toProbe.subList(i, Math.min(i + 50, toProbe.size()));
                List<Message> theirs =
                        batch.stream().filter(one -> some.contains(one.launch)).toList();
                call(Operation.SEND_COMMAND, theirs, () -> some.forEach(this::sent));
                some.forEach(launch -> call(Operation.DYNAMODB, List.of(), () -> {}));
            }
        }

        /** It waits for cloud-init's end, which it sees within a second. */
        private void sent(Launch launch) {
            launch.sent = true;
            double seen = Math.max(clock.now + 1 + chance.nextDouble(), launch.cloudInitEnd + chance.nextDouble());
            send(new Message(Kind.PROBED, launch), seen + 0.5 + 0.3 + 0.7 * chance.nextDouble());
        }

        private void call(Operation operation, List<Message> whose, Runnable done) {
            steps.add(() -> make(operation, whose, done, 1));
        }

        private void make(Operation operation, List<Message> whose, Runnable done, int attempt) {
            if (!whose.isEmpty() && failed.containsAll(whose)) {
                return;
            }
            if (quotas.take(operation, clock.now)) {
                steps.addFirst(done);
                pause(callSeconds * (0.7 + 0.6 * chance.nextDouble()));
            } else if (attempt == ATTEMPTS) {
                failed.addAll(whose);
            } else {
                // The SDK's own: half of the ceiling, and as much again by chance.
                double ceiling = Math.min(20, 0.5 * (1 << attempt));
                steps.addFirst(() -> make(operation, whose, done, attempt + 1));
                pause(ceiling / 2 * (1 + chance.nextDouble()));
            }
        }

        private double pause;

        private void pause(double seconds) {
            pause = seconds;
        }

        void step() {
            pause = 0;
            while (pause == 0 && !steps.isEmpty()) {
                steps.remove().run();
            }
            if (pause > 0) {
                clock.at(clock.now + pause, this::step);
                return;
            }
            running--;
            busySeconds += clock.now - began;
            failed.forEach(this::again);
            poll();
        }

        private void again(Message one) {
            one.receives++;
            if (one.receives >= RECEIVES) {
                dead++;
            } else {
                redelivered++;
                send(one, began + VISIBILITY);
            }
        }
    }
}
