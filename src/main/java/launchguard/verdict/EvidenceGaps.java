package launchguard.verdict;

import launchguard.probe.Evidence;
import launchguard.probe.Evidence.FailedUnit;
import org.jspecify.annotations.Nullable;

/** Finds gaps in the evidence that forbid a good verdict. */
final class EvidenceGaps {
    private EvidenceGaps() {}

    /** Why the verdict may depend on JVMs or deployments that were not read; null if all were read. */
    static @Nullable String of(Evidence evidence) {
        if (evidence.truncated().contains("jvms")) {
            return "the list of JVMs was cut, and none of those listed decides";
        }
        if (evidence.truncated().contains("deployments")) {
            return "which deployments the instance had could not be read, or not all of them"
                    + EvidenceDoubts.because(evidence);
        }
        boolean mappingsCut = evidence.truncated().contains("jvms.deletedMappings")
                && evidence.jvms() != null
                && evidence.jvms().stream()
                        .anyMatch(jvm ->
                                !jvm.container() && !jvm.deletedMappings().isEmpty() && !Staleness.stale(jvm));
        return mappingsCut ? "the list of a JVM's deleted files was cut, and none of those listed is its JDK's" : null;
    }

    /** Whether units that are down may be missing; those that start java are listed first. */
    static boolean units(Evidence evidence) {
        if (!evidence.truncated().contains("failedUnits")) {
            return false;
        }
        FailedUnit last =
                evidence.failedUnits().isEmpty() ? null : evidence.failedUnits().getLast();
        return last == null || !Boolean.FALSE.equals(last.java());
    }
}
