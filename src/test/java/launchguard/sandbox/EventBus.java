package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import launchguard.sandbox.wire.Json;
import software.amazon.event.ruler.Machine;

/** EventBridge's default bus: what matches one of the stack's own patterns reaches the queue. */
public final class EventBus {
    private final SteppedClock clock;
    private final Names names;
    private final Queue target;
    private final Machine rules = Machine.builder().build();
    private final List<ObjectNode> events = new ArrayList<>();
    private volatile Function<ObjectNode, List<Duration>> delays = event -> List.of(Duration.ZERO);
    private volatile Consumer<ObjectNode> listener = event -> {};
    private volatile boolean remembering = true;

    private volatile String refusal = "";
    private final String account;
    private final Machine forwarding = Machine.builder().build();
    private volatile Consumer<ObjectNode> elsewhere = event -> {};

    EventBus(SteppedClock clock, Names names, Queue target, String account) {
        this.clock = clock;
        this.names = names;
        this.target = target;
        this.account = account;
    }

    String account() {
        return account;
    }

    /** A rule whose target is a bus of another account. */
    void forwardingRule(String name, JsonNode pattern) {
        add(forwarding, name, pattern);
    }

    /** Sends there what the forwarding rules take. */
    public void forwardTo(Consumer<ObjectNode> bus) {
        elsewhere = bus;
    }

    /** Stores no events from now on, for runs with very many. */
    void forget() {
        remembering = false;
    }

    void rule(String name, JsonNode pattern) {
        add(rules, name, pattern);
    }

    private static void add(Machine machine, String name, JsonNode pattern) {
        try {
            machine.addRule(name, pattern.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("not a pattern: " + pattern, e);
        }
    }

    /**
     * How events travel: for each event the delays after which copies of it arrive. None: it is lost. Several: it is
     * duplicated. Different delays reorder events.
     */
    public void delays(Function<ObjectNode, List<Duration>> ofEach) {
        delays = ofEach;
    }

    /** From now on these events are lost, and all others arrive at once. */
    public void lose(Predicate<JsonNode> lost) {
        delays(event -> lost.test(event) ? List.of() : List.of(Duration.ZERO));
    }

    /** From now on these events arrive at once, and all others are lost. */
    public void deliverOnly(Predicate<JsonNode> delivered) {
        lose(delivered.negate());
    }

    /** The events that this service sends, as {@code aws.ssm}. */
    public static Predicate<JsonNode> sentBy(String service) {
        return event -> event.path("source").asText().equals(service);
    }

    /**
     * From now on PutEvents succeeds and reports that each entry failed with this code; with an empty code it works
     * again.
     */
    public void refuses(String code) {
        refusal = code;
    }

    String refusal() {
        return refusal;
    }

    /** Calls the listener for each event, whether a rule takes it or not. */
    public void listen(Consumer<ObjectNode> to) {
        listener = to;
    }

    /** An event of AWS itself, shaped as AWS shapes it. */
    void emit(String source, String detailType, List<String> resources, ObjectNode detail) {
        publish(Json.object(
                "version",
                "0",
                "id",
                names.uuid(),
                "detail-type",
                detailType,
                "source",
                source,
                "account",
                account,
                "time",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                "region",
                Names.REGION,
                "resources",
                resources,
                "detail",
                detail));
    }

    /** Sends an event through the rules. */
    public void publish(ObjectNode event) {
        if (remembering) {
            synchronized (events) {
                events.add(event);
            }
        }
        listener.accept(event);
        if (matches(forwarding, event)) {
            elsewhere.accept(event);
        }
        if (matches(event)) {
            for (Duration delay : delays.apply(event)) {
                clock.after(delay, () -> target.send(event.toString(), Duration.ZERO));
            }
        }
    }

    /** Whether one of the stack's rules takes the event. */
    public boolean matches(ObjectNode event) {
        return matches(rules, event);
    }

    private static boolean matches(Machine machine, ObjectNode event) {
        try {
            return !machine.rulesForJSONEvent(event.toString()).isEmpty();
        } catch (Exception e) {
            throw new IllegalArgumentException("not an event: " + event, e);
        }
    }

    /** Every event so far, whether a rule took it or not. */
    public List<ObjectNode> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** The events of one source. */
    public List<ObjectNode> from(String source) {
        return events().stream().filter(sentBy(source)).toList();
    }

    /** Our own events of this type about an instance: their details. */
    public List<JsonNode> published(String type, Instance instance) {
        return from("launch-guard").stream()
                .filter(event -> event.path("detail-type").asText().equals("Launch Guard " + type))
                .<JsonNode>map(event -> event.path("detail"))
                .filter(detail -> detail.path("instanceId").asText().equals(instance.id()))
                .toList();
    }
}
