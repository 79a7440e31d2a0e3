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
 * @param marginSeconds deployment start minus cloud-init finish by that probe; null when unknown
 * @param reason in words
 * @param records what CodeDeploy said of the deployment then
 * @param kept which of the case's stored evidence is from this probe; null when it is no longer stored
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
        /** The evidence behind the first remedy, once there is later evidence. */
        BROKEN,
        /** The last evidence. */
        LAST
    }

    /** Cuts texts that could make a case too large for the table. */
    public Observation {
        reason = reason.length() <= Case.LONGEST_NOTE ? reason : reason.substring(0, Case.LONGEST_NOTE) + "…";
        records = List.copyOf(records);
    }

    Observation kept(@Nullable Kept as) {
        return new Observation(at, verdict, marginSeconds, reason, records, as);
    }
}
