package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An error answer of AWS. */
public final class AwsError extends RuntimeException {
    private final int status;
    private final String code;
    private final ObjectNode members;

    /** An error with an HTTP status of its own. */
    public AwsError(int status, String code, String message) {
        this(status, code, message, Json.object());
    }

    private AwsError(int status, String code, String message, ObjectNode members) {
        super(message);
        this.status = status;
        this.code = code;
        this.members = members;
    }

    /** One that says more than a code and a message. */
    public AwsError(String code, String message, ObjectNode members) {
        this(400, code, message, members);
    }

    /** The usual kind: the caller's fault. */
    public AwsError(String code, String message) {
        this(400, code, message);
    }

    int status() {
        return status;
    }

    /** The code by which clients distinguish errors. */
    public String code() {
        return code;
    }

    ObjectNode members() {
        return members;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
