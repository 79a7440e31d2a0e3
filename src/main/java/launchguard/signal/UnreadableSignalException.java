package launchguard.signal;

/** An input that is neither a known event nor a known request; the message says what was expected. */
public final class UnreadableSignalException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message stands by itself: it is what the sender and the reader of the dead-letter queue see. */
    public UnreadableSignalException(String message) {
        super(message);
    }

    /** As above, with the parser's own fault. */
    public UnreadableSignalException(String message, Throwable cause) {
        super(message, cause);
    }
}
