package launchguard.cases;

import java.time.Instant;
import java.util.List;
import launchguard.verdict.DeploymentRecord;
import org.jspecify.annotations.Nullable;

/**
 * The result of one probe.
 *
 * @param at when the probe's end was reported
 * @param verdict its name
 * @param marginSeconds deployment start minus cloud-init finish by that look; null when unknown
 * @param reason in words
 * @param records what CodeDeploy said of the deployment then
 * @param kept which evidence of the case's memory is this look's; null when it is no longer kept
 */
public record Observation(
        Instant at,
        String verdict,
        @Nullable Double marginSeconds,
        String reason,
        List<DeploymentRecord> records,
        @Nullable Kept kept) {

    /** Which evidence a case keeps. */
    public enum Kept {
        /** What the first remedy was decided by, once there is later evidence. */
        BROKEN,
        /** The last. */
        LAST
    }

    /** Cuts what would make a case grow towards what the table holds. */
    public Observation {
        reason = reason.length() <= Case.LONGEST_NOTE ? reason : reason.substring(0, Case.LONGEST_NOTE) + "…";
        records = List.copyOf(records);
    }

    Observation kept(@Nullable Kept as) {
        return new Observation(at, verdict, marginSeconds, reason, records, as);
    }
}
