package launchguard.aws;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryUtils;

/** A call to AWS that failed; the message says what was tried, what came back and what to do. */
public final class AwsFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Not every 403 is one of these: expired credentials are not a matter of policy. */
    private static final Set<String> DENIED = Set.of("AccessDenied", "AccessDeniedException", "UnauthorizedOperation");

    private final boolean denied;
    private final String code;

    AwsFailureException(String message, boolean denied, String code, @Nullable SdkException cause) {
        super(message, cause);
        this.denied = denied;
        this.code = code;
    }

    /** {@code what} completes "could not …"; {@code permission} is the IAM action that it needs. */
    static AwsFailureException of(String what, String permission, SdkException fault) {
        String code = fault instanceof AwsServiceException answer ? code(answer) : "";
        boolean denied = DENIED.contains(code);
        // Whose permission it is depends on who calls: the function's role, or the person at the terminal.
        String advice = denied ? "; allow " + permission : "";
        return new AwsFailureException("could not " + what + ": " + fault.getMessage() + advice, denied, code, fault);
    }

    /** For one failed entry of an answer that itself is no error. */
    static AwsFailureException answered(String what, String code, String message) {
        return new AwsFailureException("could not " + what + ": " + code + ": " + message, false, code, null);
    }

    /** For a call that was not made because AWS throttled another one a moment ago. */
    public static AwsFailureException notAskedAgain(AwsFailureException throttled) {
        return new AwsFailureException(
                "made no call, since AWS throttled another one a moment ago: " + throttled.getMessage(),
                false,
                throttled.code(),
                (SdkException) throttled.getCause());
    }

    /** Whether a permission is missing: trying again does not help. */
    public boolean denied() {
        return denied;
    }

    /** Whether AWS was asked too often. */
    public boolean throttled() {
        return getCause() instanceof SdkException cause && RetryUtils.isThrottlingException(cause);
    }

    /** AWS's own name of the error, such as {@code InvalidDocument}; empty when no answer came. */
    public String code() {
        return code;
    }

    private static String code(AwsServiceException answer) {
        return answer.awsErrorDetails() == null
                ? ""
                : String.valueOf(answer.awsErrorDetails().errorCode());
    }
}
