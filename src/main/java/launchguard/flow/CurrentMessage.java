package launchguard.flow;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import launchguard.cases.Case;
import launchguard.cases.Timer;
import launchguard.model.CaseId;
import org.jspecify.annotations.Nullable;

/**
 * The queue's messages that are being worked on, for the length of that work. A message keeps the timer of each step that it
 * moves: it is not done before the step's recheck is sent, and what is not done the queue hands out again.
 */
public final class CurrentMessage {
    private static final ScopedValue<Hand> NOW = ScopedValue.newInstance();

    private CurrentMessage() {}

    /** Which message a case is worked on for. */
    private sealed interface Hand {
        record One(Message message) implements Hand {}

        record Each(Map<CaseId, Message> messages) implements Hand {}
    }

    /** One message as it was handed out this time. */
    public static final class Message {
        private final String id;
        private final boolean again;
        private final Set<Sent> sent = ConcurrentHashMap.newKeySet();
        private final Set<Object> announced = ConcurrentHashMap.newKeySet();

        /** Of this id, which the queue keeps when it hands the message out again, as it may have done before. */
        public Message(String id, boolean again) {
            this.id = id;
            this.again = again;
        }

        String id() {
            return id;
        }

        /** Whether it moved the case to its step, and the step's recheck was not sent since it was handed out. */
        boolean owes(Case current) {
            return current.due() != null && id.equals(current.timer().movedBy()) && !sent.contains(sent(current));
        }

        void sentFor(Case current) {
            sent.add(sent(current));
        }

        private static Sent sent(Case current) {
            return new Sent(current.id(), current.timer());
        }

        private record Sent(CaseId id, Timer timer) {}
    }

    /** Does work that this message asks for. */
    public static <T> T message(Message message, Supplier<T> work) {
        return ScopedValue.where(NOW, new Hand.One(message)).call(work::get);
    }

    /** Does work that several messages ask for, each for these cases. */
    public static <T> T messages(Map<CaseId, Message> messages, Supplier<T> work) {
        return ScopedValue.where(NOW, new Hand.Each(Map.copyOf(messages))).call(work::get);
    }

    /** That work, for another thread that works for the same messages. */
    static Runnable carried(Runnable work) {
        if (!NOW.isBound()) {
            return work;
        }
        Hand now = NOW.get();
        return () -> ScopedValue.where(NOW, now).run(work);
    }

    /**
     * Announces something about a case once for each receive of its message: a step that is repeated after a lost conditional
     * write announces nothing twice. An announcement that failed is repeated with the step.
     */
    static void announceOnce(CaseId id, Object what, Runnable announcement) {
        Message message = of(id);
        if (message == null) {
            announcement.run();
        } else if (!message.announced.contains(what)) {
            announcement.run();
            message.announced.add(what);
        }
    }

    /** Whether a message asks for what is done now, and not a direct request. */
    static boolean any() {
        return NOW.isBound();
    }

    /** Whether that message was handed out before: it may have moved a case, and owe it the step's recheck. */
    static boolean again() {
        return NOW.isBound() && NOW.get() instanceof Hand.One one && one.message().again;
    }

    /** The message that this case is worked on for; null where a direct request asks. */
    static @Nullable Message of(CaseId id) {
        if (!NOW.isBound()) {
            return null;
        }
        return switch (NOW.get()) {
            case Hand.One one -> one.message();
            case Hand.Each each -> each.messages().get(id);
        };
    }
}
