package launchguard.cases;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the instance came to.
 *
 * @param at when the probe's end was heard of
 * @param verdict its name
 * @param marginSeconds deployment start minus cloud-init finish by that look; null when unknown
 * @param reason in words
 */
public record Seen(Instant at, String verdict, @Nullable Double marginSeconds, String reason) {
    /** Cuts what would make a case grow towards what the table holds. */
    public Seen {
        reason = reason.length() <= Case.LONGEST_NOTE ? reason : reason.substring(0, Case.LONGEST_NOTE) + "…";
    }
}
