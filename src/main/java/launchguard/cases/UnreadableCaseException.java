package launchguard.cases;

/** A stored item that this version can't read: it is left as it is, and reported. */
public final class UnreadableCaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what can't be read and why. */
    public UnreadableCaseException(String message, Throwable cause) {
        super(message, cause);
    }

    /** As above, without a fault of a parser. */
    public UnreadableCaseException(String message) {
        super(message);
    }
}
