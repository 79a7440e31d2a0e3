package launchguard.sandbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message in a queue. */
public final class Message {
    final String id;
    final String body;
    final Instant sentAt;
    Instant visibleAt;
    int receiveCount;
    /** Invocations of the function in the chain that led to it: what Lambda reads from the trace header's Lineage. */
    int hops;

    /** In its queue, counted by arrival. */
    long place;

    @Nullable
    Instant firstReceivedAt;

    @Nullable
    Instant receivedAt;

    String receipt = "";

    Message(String id, String body, Instant sentAt, Instant visibleAt) {
        this.id = id;
        this.body = body;
        this.sentAt = sentAt;
        this.visibleAt = visibleAt;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its text. */
    public String body() {
        return body;
    }

    /** How often it was delivered. */
    public int receiveCount() {
        return receiveCount;
    }

    /** How many invocations of the function are in the chain that led to it. */
    public int hops() {
        return hops;
    }

    /** When it can be received. */
    public Instant visibleAt() {
        return visibleAt;
    }
}
