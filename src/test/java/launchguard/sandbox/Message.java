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
    /** In its queue, counted by arrival. */
    long place;

    @Nullable
    Instant firstReceivedAt;

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

    /** How often it was handed out. */
    public int receiveCount() {
        return receiveCount;
    }

    /** When it can be received. */
    public Instant visibleAt() {
        return visibleAt;
    }
}
