package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A standard queue: visibility timeout, delays, redrive. */
public final class Queue {
    private final String name;
    private final InstantSource clock;
    private final Names names;
    private final List<Message> messages = new ArrayList<>();
    private Duration visibility = Duration.ofMinutes(3);
    private int maxReceives = 5;
    private BiPredicate<String, Duration> forgotten = (body, delay) -> false;
    private @Nullable Queue dead;

    Queue(String name, InstantSource clock, Names names) {
        this.name = name;
        this.clock = clock;
        this.names = names;
    }

    /** Takes such messages, of that text and delay, from now on, and hands them to nobody: no real queue does. */
    public synchronized void forgets(BiPredicate<String, Duration> which) {
        forgotten = which;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    void redrive(Queue to, int afterReceives) {
        dead = to;
        maxReceives = afterReceives;
    }

    /** How long a received message stays hidden. */
    public synchronized Duration visibility() {
        return visibility;
    }

    synchronized void visibility(Duration timeout) {
        visibility = timeout;
    }

    /** Adds a message that can be received after the delay. */
    public synchronized Message send(String body, Duration delay) {
        Instant now = clock.instant();
        Message message = new Message(names.uuid(), body, now, now.plus(delay));
        if (!forgotten.test(body, delay)) {
            messages.add(message);
        }
        return message;
    }

    /** Takes what is visible; what was handed out too often goes to the dead letters instead. */
    synchronized List<Message> receive(int max, Duration timeout) {
        Instant now = clock.instant();
        List<Message> received = new ArrayList<>();
        Iterator<Message> each = messages.iterator();
        while (each.hasNext() && received.size() < max) {
            Message message = each.next();
            if (message.visibleAt.isAfter(now)) {
                continue;
            }
            if (dead != null && message.receiveCount >= maxReceives) {
                each.remove();
                dead.take(message);
                continue;
            }
            message.receiveCount++;
            message.receipt = names.uuid();
            message.visibleAt = now.plus(timeout);
            if (message.firstReceivedAt == null) {
                message.firstReceivedAt = now;
            }
            received.add(message);
        }
        return received;
    }

    private synchronized void take(Message message) {
        message.visibleAt = clock.instant();
        messages.add(message);
    }

    synchronized boolean redrivesTo(Queue other) {
        return dead == other;
    }

    /** What is moved is a new message there: with an id of its own, and never handed out. */
    synchronized void moveAllTo(Queue other) {
        messages.forEach(message -> other.send(message.body, Duration.ZERO));
        messages.clear();
    }

    synchronized boolean delete(String receipt) {
        return messages.removeIf(message -> message.receipt.equals(receipt));
    }

    synchronized Optional<Message> byReceipt(String receipt) {
        return messages.stream()
                .filter(message -> message.receipt.equals(receipt))
                .findFirst();
    }

    synchronized void hide(Message message, Duration timeout) {
        message.visibleAt = clock.instant().plus(timeout);
    }

    /** All that is in it, visible or not. */
    public synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    synchronized boolean hasVisible() {
        return messages.stream().anyMatch(message -> !message.visibleAt.isAfter(clock.instant()));
    }

    synchronized Optional<Instant> nextVisible() {
        return messages.stream().map(message -> message.visibleAt).min(Instant::compareTo);
    }
}
