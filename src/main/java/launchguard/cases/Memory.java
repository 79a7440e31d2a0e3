package launchguard.cases;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What earlier evidence of a case showed.
 *
 * @param bootId the boot that was probed; null before the first evidence
 * @param jvmSeen whether a JVM of a deployment was seen
 * @param jvmUnits the units in which such JVMs ran
 * @param evidence the last whole evidence as the probe printed it; null before the first
 */
public record Memory(
        @Nullable String bootId,
        boolean jvmSeen,
        Set<String> jvmUnits,
        @Nullable String evidence) {
    /** Nothing was seen yet. */
    public static final Memory NONE = new Memory(null, false, Set.of(), null);

    /** Copies its set. */
    public Memory {
        jvmUnits = Set.copyOf(jvmUnits);
    }
}
