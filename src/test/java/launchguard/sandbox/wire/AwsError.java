package launchguard.sandbox.wire;

/** An error answer of AWS. */
public final class AwsError extends RuntimeException {
    private final int status;
    private final String code;

    /** An error with an HTTP status of its own. */
    public AwsError(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** The usual kind: the caller's fault. */
    public AwsError(String code, String message) {
        this(400, code, message);
    }

    int status() {
        return status;
    }

    /** The code by which clients tell errors apart. */
    public String code() {
        return code;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
