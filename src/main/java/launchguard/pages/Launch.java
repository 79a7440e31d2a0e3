package launchguard.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.Observation;
import launchguard.probe.Evidence;
import launchguard.report.CaseSummary;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/**
 * A launch as the page of a group counts it.
 *
 * @param evidence the stored evidence of its first probe; null where there is none
 * @param template what the instance was launched from; null when unknown
 */
public record Launch(
        Case stored, @Nullable Evidence evidence, @Nullable String template) {

    /** The result of the launch itself: the first conclusive verdict, else the first; null where there is none. */
    @Nullable
    Observation first() {
        List<Observation> probes = CaseSummary.observations(stored);
        return probes.stream()
                .filter(probe -> VerdictName.named(probe.verdict())
                        .filter(VerdictName::conclusive)
                        .isPresent())
                .findFirst()
                .orElse(probes.isEmpty() ? null : probes.getFirst());
    }

    /** Its name; {@code NO_VERDICT} where there is none. */
    String verdict() {
        Observation first = first();
        return first == null ? "NO_VERDICT" : first.verdict();
    }

    @Nullable
    Double margin() {
        Observation first = first();
        return first == null ? null : first.marginSeconds();
    }

    boolean raced() {
        Double margin = margin();
        return margin != null && margin < 0;
    }

    /** Seconds from cloud-init's end to the verdict; null where either is not known. */
    @Nullable
    Double delay() {
        Observation first = first();
        Double finished = evidence == null ? null : evidence.cloudInit().finishedUptime();
        if (first == null || evidence == null || finished == null) {
            return null;
        }
        Instant finish = evidence.at(finished);
        return Math.max(0, Duration.between(finish, first.at()).toMillis() / 1000.0);
    }
}
