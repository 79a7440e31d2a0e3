package launchguard.model;

import java.util.regex.Pattern;

/**
 * The name of an Auto Scaling lifecycle hook.
 *
 * @param value 1 to 255 letters, digits, dashes, underscores and slashes (the API's own rule)
 */
public record HookName(String value) {
    private static final String CODE_DEPLOY = "CodeDeploy-managed-";
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_/-]{1,255}");

    /** Refuses whatever Auto Scaling would not have taken as a name. */
    public HookName {
        Validation.matches("lifecycle hook", value, SHAPE, "1 to 255 letters, digits, -, _ and /");
    }

    /** Whether CodeDeploy manages the hook for its launch deployments; only CodeDeploy may answer it. */
    public boolean ofCodeDeploy() {
        return value.startsWith(CODE_DEPLOY);
    }

    @Override
    public String toString() {
        return value;
    }
}
