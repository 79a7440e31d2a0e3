package launchguard.guard;

import java.time.Duration;
import java.util.List;

/**
 * The limits that the owner has set.
 *
 * @param remediate whether anything may be changed at all
 * @param ladder the rungs in order
 * @param wholeGroup whether rung redeploy runs on the whole deployment group instead of the one instance
 * @param maxReplacements replacements of a group within {@code replacementWindow}
 * @param maxUnavailablePercent share of a group that may be unavailable at once
 * @param replaceSingle whether the only instance of a group may be replaced
 * @param actInPlace whether a JDK that was replaced in place is acted on
 * @param actOnBystanders whether stale JVMs that no deployment started may be restarted
 */
public record Limits(
        boolean remediate,
        List<Rung> ladder,
        boolean wholeGroup,
        int maxReplacements,
        Duration replacementWindow,
        int maxUnavailablePercent,
        boolean replaceSingle,
        boolean actInPlace,
        boolean actOnBystanders) {
    /** Copies its list. */
    public Limits {
        ladder = List.copyOf(ladder);
    }

    /** How many of a group may be unavailable at once: at least one, else a small group could never be repaired. */
    public int unavailable(int desired) {
        return Math.max(1, desired * maxUnavailablePercent / 100);
    }
}
