package launchguard.verdict;

import java.util.List;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.JdkPackage;
import org.jspecify.annotations.Nullable;

/** Whether a JDK installed under a deployment is the cause of what became of it. */
final class Cause {
    private Cause() {}

    /** JDK packages that were installed at or after the start, as far as it and they can be dated. */
    static List<JdkPackage> installedSince(@Nullable Double start, Evidence evidence) {
        return packages(evidence).stream()
                .filter(jdk -> start != null && jdk.installedUptime() != null && jdk.installedUptime() >= start)
                .filter(jdk -> !inTheFuture(jdk, evidence))
                .toList();
    }

    /**
     * Why it can't be told whether a JDK was replaced under a deployment that failed or whose JVM is gone; null when it
     * can.
     */
    static @Nullable String doubt(Evidence evidence, GroupStory group, Race race) {
        CloudInit cloudInit = evidence.cloudInit();
        boolean couldRace = cloudInit.state() == CloudInit.State.DONE || cloudInit.state() == CloudInit.State.FAILED;
        if (!race.raced() && (race.marginSeconds() != null || !couldRace)) {
            return null;
        }
        double start = group.start() == null ? 0 : group.start();
        if (evidence.packages() == null) {
            return "whether a JDK was installed since the deployment started can't be told" + Doubts.because(evidence);
        }
        List<JdkPackage> since = packages(evidence).stream()
                .filter(jdk -> jdk.installedUptime() == null || jdk.installedUptime() >= start)
                .toList();
        if (since.isEmpty()) {
            return null;
        }
        if (race.marginSeconds() == null) {
            return "whether the deployment raced cloud-init can't be told" + Doubts.because(evidence);
        }
        if (since.stream().allMatch(jdk -> jdk.installedUptime() == null || inTheFuture(jdk, evidence))) {
            return "when " + since.getFirst().name() + " was installed can't be told" + Doubts.because(evidence);
        }
        return evidence.truncated().contains("jvms") ? "the list of JVMs was cut" : null;
    }

    private static List<JdkPackage> packages(Evidence evidence) {
        return evidence.packages() == null ? List.of() : evidence.packages();
    }

    /** Whether its time is on another clock than the instance's of now. */
    private static boolean inTheFuture(JdkPackage jdk, Evidence evidence) {
        return jdk.installedUptime() != null
                && jdk.installedUptime() > evidence.uptime() + Doubts.CLOCK_TOLERANCE_SECONDS;
    }
}
