package launchguard.cases;

/** Somebody else has changed what was to be stored: read again and decide again. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names what has changed. */
    public ConflictException(String what) {
        super(what + " has changed since it was read");
    }
}
