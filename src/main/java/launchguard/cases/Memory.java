package launchguard.cases;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
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
    /** As many as one evidence can hold. */
    private static final int MOST_CHARACTERS = 24_000;

    /** Nothing was seen yet. */
    public static final Memory NONE = new Memory(null, false, Set.of(), null);

    /** Copies its set, as far as it does not grow for ever: transient units have a new name each time. */
    public Memory {
        jvmUnits = bounded(jvmUnits);
    }

    private static Set<String> bounded(Set<String> units) {
        Set<String> kept = new HashSet<>();
        int length = 0;
        for (String unit : new TreeSet<>(units)) {
            length += unit.length();
            if (length <= MOST_CHARACTERS) {
                kept.add(unit);
            }
        }
        return Set.copyOf(kept);
    }
}
