package launchguard.aws;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** A call that AWS did not answer as hoped; the message says what was tried, what came back and what to do. */
public final class AwsFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Not every 403: credentials that have expired are no matter of a policy. */
    private static final String[] DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"};

    private final boolean denied;

    private AwsFailureException(String message, boolean denied, SdkException cause) {
        super(message, cause);
        this.denied = denied;
    }

    /** {@code what} completes "could not …"; {@code permission} is the IAM action that it needs. */
    static AwsFailureException of(String what, String permission, SdkException fault) {
        boolean denied = fault instanceof AwsServiceException answer && Call.code(answer, DENIED);
        String advice = denied ? "; allow " + permission + " in the function's role" : "";
        return new AwsFailureException("could not " + what + ": " + fault.getMessage() + advice, denied, fault);
    }

    /** Whether a permission is missing: trying again does not help. */
    public boolean denied() {
        return denied;
    }
}
