package launchguard.store;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import launchguard.cases.Case;
import launchguard.cases.Timer;
import launchguard.model.CaseId;
import org.jspecify.annotations.Nullable;

/**
 * The queue messages that this thread processes. A message is the timer of each step that it moves: it is finished only
 * when the step's recheck is sent; until then the queue delivers it again.
 */
public final class CurrentMessage {
    private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

    private CurrentMessage() {}

    /** The message, or the message of each case. */
    private sealed interface Scope {
        record One(Message message) implements Scope {}

        record Each(Map<CaseId, Message> messages) implements Scope {}
    }

    /** One delivery of a message. */
    public static final class Message {
        private final String id;
        private final boolean redelivered;
        private final Set<Sent> sent = ConcurrentHashMap.newKeySet();
        private final Set<Object> announced = ConcurrentHashMap.newKeySet();

        /** The queue's id stays the same when it delivers the message again. */
        public Message(String id, boolean redelivered) {
            this.id = id;
            this.redelivered = redelivered;
        }

        String id() {
            return id;
        }

        /** Whether it moved the case to its step, and the step's recheck was not sent since this delivery. */
        boolean owesRecheck(Case current) {
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

    /** Does work for this message. */
    public static <T> T handling(Message message, Supplier<T> work) {
        return ScopedValue.where(CURRENT, new Scope.One(message)).call(work::get);
    }

    /** Does work for several messages; each case belongs to one of them. */
    public static <T> T handlingAll(Map<CaseId, Message> messages, Supplier<T> work) {
        return ScopedValue.where(CURRENT, new Scope.Each(Map.copyOf(messages))).call(work::get);
    }

    /** Wraps work for another thread, for the same messages. */
    public static Runnable carried(Runnable work) {
        if (!CURRENT.isBound()) {
            return work;
        }
        Scope now = CURRENT.get();
        return () -> ScopedValue.where(CURRENT, now).run(work);
    }

    /**
     * Announces something about a case once for each receive of its message: a step that is repeated after a lost conditional
     * write announces nothing twice. An announcement that failed is repeated with the step.
     */
    public static void announceOnce(CaseId id, Object what, Runnable announcement) {
        Message message = of(id);
        if (message == null) {
            announcement.run();
        } else if (!message.announced.contains(what)) {
            announcement.run();
            message.announced.add(what);
        }
    }

    /** Whether the work is for a message, and not for a direct request. */
    public static boolean present() {
        return CURRENT.isBound();
    }

    /** Whether that message was delivered before: it may have moved a case, and owe the step's recheck. */
    public static boolean redelivered() {
        return CURRENT.isBound() && CURRENT.get() instanceof Scope.One single && single.message().redelivered;
    }

    /** The message of this case; null for a direct request. */
    static @Nullable Message of(CaseId id) {
        if (!CURRENT.isBound()) {
            return null;
        }
        return switch (CURRENT.get()) {
            case Scope.One single -> single.message();
            case Scope.Each each -> each.messages().get(id);
        };
    }
}
