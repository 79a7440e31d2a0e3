package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A standard queue: visibility timeout, delays, redrive. */
public final class Queue {
    private final String name;
    private final InstantSource clock;
    private final Names names;
    /** In the order of their arrival, and those of them that are hidden by the moment when they no longer are. */
    private final NavigableMap<Long, Message> messages = new TreeMap<>();

    private final NavigableMap<Long, Message> visible = new TreeMap<>();
    private final TreeSet<Message> hidden =
            new TreeSet<>(Comparator.comparing(Message::visibleAt).thenComparingLong(message -> message.place));
    private final Map<String, Message> byReceipt = new HashMap<>();
    private long arrived;
    private int mostInFlight = 120_000;
    private Duration visibility = Duration.ofMinutes(3);
    private int maxReceives = 5;
    private BiPredicate<String, Duration> forgotten = (body, delay) -> false;
    private @Nullable Queue dead;

    Queue(String name, InstantSource clock, Names names) {
        this.name = name;
        this.clock = clock;
        this.names = names;
    }

    /** From now on accepts such messages, by text and delay, and never delivers them, which no real queue does. */
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

    /** At most so many messages are in flight, received and neither deleted nor visible again: AWS's limit is 120,000. */
    public synchronized void mostInFlight(int limit) {
        mostInFlight = limit;
    }

    /** Whether so many messages are in flight that none can be received. */
    synchronized boolean full() {
        return inFlight() >= mostInFlight;
    }

    private long inFlight() {
        if (byReceipt.size() < mostInFlight) {
            // Each message in flight has a receipt.
            return byReceipt.size();
        }
        Instant now = clock.instant();
        return byReceipt.values().stream()
                .filter(message -> message.visibleAt.isAfter(now))
                .count();
    }

    /** How long a received message stays hidden. */
    public synchronized Duration visibility() {
        return visibility;
    }

    synchronized void visibility(Duration timeout) {
        visibility = timeout;
    }

    /** Adds a message that can be received after the delay. */
    public Message send(String body, Duration delay) {
        return send(body, delay, 0);
    }

    /** Adds a message that so many invocations of the function led to. */
    synchronized Message send(String body, Duration delay, int hops) {
        Instant now = clock.instant();
        Message message = new Message(names.uuid(), body, now, now.plus(delay));
        message.hops = hops;
        if (!forgotten.test(body, delay)) {
            add(message);
        }
        return message;
    }

    private void add(Message message) {
        message.place = ++arrived;
        messages.put(message.place, message);
        hidden.add(message);
    }

    private void remove(Message message) {
        messages.remove(message.place);
        visible.remove(message.place);
        hidden.remove(message);
        byReceipt.remove(message.receipt);
    }

    private void visibleAt(Message message, Instant moment) {
        visible.remove(message.place);
        hidden.remove(message);
        message.visibleAt = moment;
        hidden.add(message);
    }

    /** Makes messages visible whose time has come. */
    private void showDue() {
        Instant now = clock.instant();
        while (!hidden.isEmpty() && !hidden.first().visibleAt.isAfter(now)) {
            Message message = hidden.removeFirst();
            visible.put(message.place, message);
        }
    }

    /**
     * Delivers one message now, whatever its delay, as if a clock were ahead or a delay too short. Returns its receipt.
     */
    public synchronized String handOut(Message message) {
        message.receiveCount++;
        byReceipt.remove(message.receipt);
        message.receipt = names.uuid();
        byReceipt.put(message.receipt, message);
        visibleAt(message, clock.instant().plus(visibility));
        return message.receipt;
    }

    /** Makes a message visible now, whatever its delay. */
    public synchronized void showNow(Message message) {
        visibleAt(message, clock.instant());
    }

    /** Takes what is visible; what was delivered too often goes to the dead letters instead. */
    synchronized List<Message> receive(int max, Duration timeout) {
        Instant now = clock.instant();
        List<Message> received = new ArrayList<>();
        showDue();
        while (!visible.isEmpty() && received.size() < max && !full()) {
            Message message = visible.firstEntry().getValue();
            if (dead != null && message.receiveCount >= maxReceives) {
                remove(message);
                dead.take(message);
                continue;
            }
            message.receiveCount++;
            byReceipt.remove(message.receipt);
            message.receipt = names.uuid();
            byReceipt.put(message.receipt, message);
            visibleAt(message, now.plus(timeout));
            message.receivedAt = now;
            if (message.firstReceivedAt == null) {
                message.firstReceivedAt = now;
            }
            received.add(message);
        }
        return received;
    }

    private synchronized void take(Message message) {
        message.visibleAt = clock.instant();
        add(message);
    }

    synchronized boolean redrivesTo(Queue other) {
        return dead == other;
    }

    /** What is moved is a new message there: with an id of its own, and never delivered. */
    synchronized void moveAllTo(Queue other) {
        messages.values().forEach(message -> other.send(message.body, Duration.ZERO));
        List.copyOf(messages.values()).forEach(this::remove);
    }

    synchronized boolean delete(String receipt) {
        Optional<Message> message = byReceipt(receipt);
        message.ifPresent(this::remove);
        return message.isPresent();
    }

    synchronized Optional<Message> byReceipt(String receipt) {
        return Optional.ofNullable(byReceipt.get(receipt));
    }

    synchronized void hide(Message message, Duration timeout) {
        visibleAt(message, clock.instant().plus(timeout));
    }

    /** All that is in it, visible or not. */
    public synchronized List<Message> messages() {
        return List.copyOf(messages.values());
    }

    synchronized boolean hasVisible() {
        return visible() > 0;
    }

    /** How many could be received now. */
    synchronized int visible() {
        showDue();
        return full() ? 0 : visible.size();
    }

    /** When the first of those that are hidden no longer is. */
    synchronized Optional<Instant> nextHidden() {
        showDue();
        return hidden.isEmpty() ? Optional.empty() : Optional.of(hidden.first().visibleAt);
    }

    synchronized Optional<Instant> nextVisible() {
        showDue();
        return visible.isEmpty() || full()
                ? nextHidden()
                : visible.values().stream().map(message -> message.visibleAt).min(Instant::compareTo);
    }
}
