package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Every call in the order of arrival, as tests check it independently of the caller. */
public final class CallLog {
    private final InstantSource clock;
    private final List<Call> calls = new ArrayList<>();
    private volatile Consumer<Call> listener = call -> {};
    private boolean remembering = true;
    private long number;
    private final List<Happening> happened = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> denied = new ArrayList<>();

    /** A log that dates its entries by this clock. */
    public CallLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Calls the listener for each call when it arrives, before it is handled. */
    public void listen(Consumer<Call> to) {
        listener = to;
    }

    /** From now on calls are reported and not stored, for very long runs. */
    public synchronized void forget() {
        remembering = false;
    }

    Instant now() {
        return clock.instant();
    }

    Call add(String service, String operation, ObjectNode input) {
        Call call = keep(service, operation, input);
        listener.accept(call);
        return call;
    }

    private synchronized Call keep(String service, String operation, ObjectNode input) {
        Call call = new Call(++number, service, operation, input, clock.instant());
        if (remembering) {
            calls.add(call);
        }
        return call;
    }

    /** Adds what happened. */
    public synchronized void happened(Happening what) {
        if (remembering) {
            happened.add(what);
        }
    }

    /** Calls of the function that took effect, and its invocations, in the order in which they happened. */
    public synchronized List<Happening> happened() {
        return List.copyOf(happened);
    }

    synchronized void addUnknown(String what) {
        unknown.add(what);
    }

    /** All calls so far. */
    public synchronized List<Call> all() {
        return List.copyOf(calls);
    }

    /** The calls of one operation. */
    public List<Call> of(String service, String operation) {
        return where(call -> call.service().equals(service) && call.operation().equals(operation));
    }

    /** The calls that can change something. */
    public List<Call> changing() {
        return where(Call::changing);
    }

    /** The calls for which the condition holds. */
    public List<Call> where(Predicate<Call> condition) {
        return all().stream().filter(condition).toList();
    }

    /** Keeps a call that no statement of the function's role allows, whatever the tags say. */
    public synchronized void addDenied(String what) {
        denied.add(what);
    }

    /** Calls that no statement of the function's role allows: each is a failure of the test, unless it asked for it. */
    public synchronized List<String> denied() {
        return List.copyOf(denied);
    }

    /** A test that has asked for denials itself has seen these. */
    public synchronized void denialsSeen() {
        denied.clear();
    }

    /** Requests that no part of the sandbox knows: each is a failure of the test. */
    public synchronized List<String> unknown() {
        return List.copyOf(unknown);
    }
}
