package launchguard.cases;

/** Another invocation has changed the item meanwhile (a failed conditional write): read again and decide again. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names what has changed. */
    public ConflictException(String what) {
        super(what + " has changed since it was read");
    }
}
