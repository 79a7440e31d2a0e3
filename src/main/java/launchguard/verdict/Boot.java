package launchguard.verdict;

import java.util.List;
import launchguard.probe.Evidence;
import launchguard.verdict.Verdict.BootStuck;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.StillBooting;

/** What can be said of a boot that has not ended, or not visibly. */
final class Boot {
    private static final List<String> OWN_UNITS =
            List.of("cloud-", "codedeploy-agent", "amazon-ssm-agent", "snap.amazon-ssm");

    private Boot() {}

    static Verdict unfinished(Unfinished what, Evidence evidence, Question question) {
        return evidence.uptime() > question.bootDeadline().toMillis() / 1000.0
                ? new BootStuck(what, evidence.uptime())
                : new StillBooting(what, evidence.uptime());
    }

    static Verdict unknown(Evidence evidence) {
        return new Inconclusive("whether cloud-init has finished can't be told" + Doubts.because(evidence));
    }

    /** Units that launch the instance, as opposed to what runs on it. */
    static boolean ownUnit(String unit) {
        return OWN_UNITS.stream().anyMatch(unit::startsWith);
    }
}
