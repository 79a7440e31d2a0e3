package launchguard.aws;

import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Makes one call, and turns its faults into {@link AwsFailureException}s. */
final class Call {
    private Call() {}

    static <T> T to(String what, String permission, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException fault) {
            throw AwsFailureException.of(what, permission, fault);
        }
    }

    static boolean code(AwsServiceException fault, String... codes) {
        String code = fault.awsErrorDetails() == null
                ? ""
                : String.valueOf(fault.awsErrorDetails().errorCode());
        for (String candidate : codes) {
            if (code.equals(candidate)) {
                return true;
            }
        }
        return false;
    }
}
