package launchguard.template;

import java.util.List;
import java.util.Map;

/**
 * One action on one resource, as IAM is asked for it.
 *
 * @param action for example {@code ssm:SendCommand}
 * @param resource its ARN, or {@code *} for an action that knows no resource
 * @param context what IAM knows besides, by the names of condition keys
 */
public record IamRequest(String action, String resource, Map<String, List<String>> context) {
    /** An action that knows no resource. */
    public static IamRequest of(String action) {
        return new IamRequest(action, "*", Map.of());
    }

    /** Nothing is known but the resource. */
    public static IamRequest of(String action, String resource) {
        return new IamRequest(action, resource, Map.of());
    }
}
