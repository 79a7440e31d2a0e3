package launchguard.verdict;

import java.util.Arrays;
import java.util.Optional;

/** The verdicts as printed and stored, in the order of their rules: the first that applies decides. */
public enum VerdictName {
    /** SSM cannot reach the instance. */
    UNREACHABLE,
    /** The evidence is missing, contradicts itself or is of something else. */
    INCONCLUSIVE,
    /** A JVM of a deployment runs on JDK files that were deleted or replaced under it. */
    STALE_JDK,
    /** cloud-init or the deployment has not finished, within the boot deadline. */
    STILL_BOOTING,
    /** The same, past the boot deadline. */
    BOOT_STUCK,
    /** The deployment failed on this instance while a JDK package was installed under it. */
    DEPLOYMENT_FAILED,
    /** The JDK was replaced and the deployment's JVM, known to have run, runs no more. */
    JDK_REPLACED,
    /** Only JVMs that no deployment started are stale. */
    STALE_BYSTANDER,
    /** CodeDeploy has deployed nothing here, or the deployment failed for a cause of its own. */
    NOT_DEPLOYED,
    /** The deployment raced without harm. */
    LUCKY_RACE,
    /** Nothing is wrong. */
    HEALTHY;

    /** The verdict of that name; empty where only another version knows it. */
    public static Optional<VerdictName> named(String stored) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.name().equals(stored))
                .findFirst();
    }

    /** Whether it says how a launch ended; the others say that more must be known. */
    public boolean conclusive() {
        return switch (this) {
            case UNREACHABLE, INCONCLUSIVE, STILL_BOOTING, BOOT_STUCK -> false;
            case STALE_JDK, DEPLOYMENT_FAILED, JDK_REPLACED, STALE_BYSTANDER, NOT_DEPLOYED, LUCKY_RACE, HEALTHY -> true;
        };
    }

    /** Whether the first of two verdicts decides about the instance. */
    public boolean standsAbove(VerdictName other) {
        return compareTo(other) < 0;
    }
}
