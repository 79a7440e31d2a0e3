package launchguard.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.JdkPackage;
import org.jspecify.annotations.Nullable;

/**
 * The JDKs that were installed or removed in this boot.
 *
 * @param all those whose time is known and not after the probe, as the evidence lists them
 */
record JdkChanges(Evidence evidence, List<JdkPackage> all) {

    static JdkChanges of(Evidence evidence) {
        return new JdkChanges(
                evidence,
                packages(evidence).stream()
                        .filter(jdk -> jdk.installedUptime() != null && jdk.installedUptime() >= 0)
                        .filter(jdk -> !inTheFuture(jdk, evidence))
                        .toList());
    }

    private static List<JdkPackage> packages(Evidence evidence) {
        return evidence.packages() == null ? List.of() : evidence.packages();
    }

    /** Whether its time is after the probe by the instance's clock: it was taken from another clock. */
    private static boolean inTheFuture(JdkPackage jdk, Evidence evidence) {
        return jdk.installedUptime() != null
                && jdk.installedUptime() > evidence.uptime() + EvidenceDoubts.CLOCK_TOLERANCE_SECONDS;
    }

    /**
     * Those before cloud-init finished. Whether they came before or after the deployment's start proves nothing: a
     * package's time precedes the removal of the old directory, in a long transaction by minutes.
     */
    List<JdkPackage> whileBooting() {
        Double finish = evidence.cloudInit().finishedUptime();
        return all.stream()
                .filter(jdk -> finish != null && jdk.installedUptime() != null && jdk.installedUptime() <= finish)
                .toList();
    }

    /** The same without JDKs that were installed for the first time: they replaced nothing. */
    List<JdkPackage> replacedWhileBooting() {
        return replaced(whileBooting());
    }

    private static List<JdkPackage> replaced(List<JdkPackage> changes) {
        return changes.stream().filter(jdk -> jdk.removed() || !jdk.first()).toList();
    }

    /** What was replaced between two moments, both included; an unknown end is none. */
    List<JdkPackage> replacedBetween(@Nullable Double start, @Nullable Double end) {
        return replaced(all).stream()
                .filter(jdk -> start != null && jdk.installedUptime() != null && jdk.installedUptime() >= start)
                .filter(jdk -> end == null || (jdk.installedUptime() != null && jdk.installedUptime() <= end))
                .toList();
    }

    /** When the first change began, seconds since boot; null when there was none. */
    @Nullable
    Double began() {
        return all.stream()
                .map(JdkPackage::installedUptime)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Why it can't be determined whether a JDK was replaced after a deployment's start; null when it can. */
    @Nullable
    String doubt(DeploymentHistory group, Race race) {
        CloudInit.State state = evidence.cloudInit().state();
        boolean couldRace = state == CloudInit.State.DONE || state == CloudInit.State.FAILED;
        if (!race.raced() && (race.marginSeconds() != null || !couldRace)) {
            return null;
        }
        if (evidence.packages() == null) {
            return "whether a JDK was installed since the deployment started can't be determined"
                    + EvidenceDoubts.because(evidence);
        }
        double start = group.start() == null ? 0 : group.start();
        List<JdkPackage> since = packages(evidence).stream()
                .filter(jdk -> jdk.installedUptime() == null || jdk.installedUptime() >= start)
                .toList();
        if (since.isEmpty()) {
            return evidence.truncated().contains("packages") ? "the list of packages was cut" : null;
        }
        if (race.marginSeconds() == null) {
            return "whether the deployment raced cloud-init can't be determined" + EvidenceDoubts.because(evidence);
        }
        return since.stream().allMatch(jdk -> jdk.installedUptime() == null || inTheFuture(jdk, evidence))
                ? "when " + since.getFirst().name() + " was installed can't be determined"
                        + EvidenceDoubts.because(evidence)
                : null;
    }
}
