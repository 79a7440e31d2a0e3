package launchguard.verdict;

import org.jspecify.annotations.Nullable;

/**
 * The deployment's start against cloud-init's finish.
 *
 * @param marginSeconds deployment start minus cloud-init finish, negative when raced; null when one of them is unknown
 * @param uncertain whether the start is on CodeDeploy's clock and within 2 s after the finish: then it proves nothing
 */
public record Race(@Nullable Double marginSeconds, boolean uncertain) {
    /** Nothing is known. */
    public static final Race UNKNOWN = new Race(null, false);

    /** Whether the deployment is known to have started before cloud-init finished. */
    public boolean raced() {
        return marginSeconds != null && marginSeconds < 0;
    }
}
