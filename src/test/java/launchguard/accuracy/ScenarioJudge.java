package launchguard.accuracy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.accuracy.Scenario.Seen;
import launchguard.model.DeploymentId;
import launchguard.probe.EvidenceReader;
import launchguard.probe.ProbeRun;
import launchguard.probe.Shell;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.Wording;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.VerdictName;

/** Judges the probe's output twice: by the diagnosis, and by the naive check that it is compared with. */
public final class ScenarioJudge {
    /** Nothing is known but the evidence. */
    static final Question NOTHING_ELSE = question(List.of());

    private ScenarioJudge() {}

    /** CodeDeploy says that this deployment failed, between these moments of the boot. */
    static Question failed(String id, double start, double end) {
        return question(List.of(new DeploymentRecord(new DeploymentId(id), null, Progress.FAILED, at(start), at(end))));
    }

    private static Instant at(double uptime) {
        return Instant.ofEpochMilli(BuiltInstance.BOOTED * 1000 + Math.round(uptime * 1000));
    }

    private static Question question(List<DeploymentRecord> records) {
        return new Question(null, null, null, records, Set.of(), false, Duration.ofHours(1));
    }

    static Seen of(Map<String, String> environment, Question question, Path root, int year) throws Exception {
        return of(ProbeRun.of(Shell.SH, environment).output(), question, NaiveCheck.of(root, year));
    }

    /**
     * What the diagnosis says of the evidence alone.
     *
     * @param reason why, for people
     */
    public record Judgement(VerdictName verdict, String reason) {}

    /** Judges what the probe printed, which may be nothing. */
    public static Judgement verdict(String printed) {
        var seen = of(printed, NOTHING_ELSE, NaiveCheck.Answer.NONE);
        return new Judgement(seen.verdict(), seen.reason());
    }

    static Seen of(String printed, Question question, NaiveCheck.Answer naive) {
        Verdict verdict;
        try {
            verdict = Diagnosis.of(EvidenceReader.read(printed), question);
        } catch (UnreadableEvidenceException unreadable) {
            verdict = new Inconclusive(unreadable.why());
        }
        return new Seen(verdict.name(), Wording.reason(verdict), naive);
    }
}
