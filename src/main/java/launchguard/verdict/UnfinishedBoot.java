package launchguard.verdict;

import java.util.List;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.PackageManager;
import launchguard.verdict.Verdict.BootStuck;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.StillBooting;
import org.jspecify.annotations.Nullable;

/** Judges a boot that has not finished, or of which nothing shows that it has. */
final class UnfinishedBoot {
    private static final List<String> OWN_UNITS =
            List.of("cloud-", "codedeploy-agent", "amazon-ssm-agent", "snap.amazon-ssm");

    private UnfinishedBoot() {}

    /** StillBooting or BootStuck; the time that the instance slept does not count. */
    static Verdict unfinished(Unfinished what, Evidence evidence, Question question) {
        Double suspended = evidence.host().suspendedSeconds();
        double awake = evidence.uptime() - (suspended == null ? 0 : Math.max(0, suspended));
        return verdict(what, evidence.uptime(), awake, question);
    }

    /**
     * The verdict if a package manager is at work. Its time counts from its own start; if that is unknown, it is waited
     * for.
     */
    static @Nullable Verdict packageManager(Evidence evidence, Question question) {
        PackageManager manager = evidence.packageManager();
        if (manager == null) {
            return null;
        }
        Double start = manager.startedUptime();
        double atWork = start == null ? 0 : evidence.uptime() - Math.max(0, start);
        return verdict(Unfinished.PACKAGE_MANAGER, evidence.uptime(), atWork, question);
    }

    private static Verdict verdict(Unfinished what, double uptime, double taken, Question question) {
        return taken > question.bootDeadline().toMillis() / 1000.0
                ? new BootStuck(what, uptime)
                : new StillBooting(what, uptime);
    }

    static Verdict unknown(Evidence evidence) {
        return new Inconclusive(
                "whether cloud-init has finished can't be determined" + EvidenceDoubts.because(evidence));
    }

    /** Units that launch the instance, as opposed to what runs on it. */
    static boolean ownUnit(String unit) {
        return OWN_UNITS.stream().anyMatch(unit::startsWith);
    }
}
