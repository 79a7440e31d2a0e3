package launchguard.cases;

import org.jspecify.annotations.Nullable;

/** An item that is too large for the table, although everything was cut that may be: a retry does not help. */
public final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names what is too large; the cause is the table's refusal, where it was asked. */
    public TooLargeException(String what, @Nullable Throwable cause) {
        super(what + " is larger than the 400 KB that the table takes", cause);
    }
}
