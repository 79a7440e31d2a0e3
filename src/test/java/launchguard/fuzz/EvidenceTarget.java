package launchguard.fuzz;

import static launchguard.fuzz.Promises.printable;
import static launchguard.fuzz.Promises.wellFormed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.pages.Drawing;
import launchguard.pages.Timeline;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.JudgedEvidence;
import launchguard.report.VerdictJson;
import launchguard.report.Wording;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Ownership;
import launchguard.verdict.Question;
import launchguard.verdict.SeenJvm;
import launchguard.verdict.ShownDeployment;
import launchguard.verdict.Verdict;

/** What an instance prints, through reader, diagnosis, words, JSON and picture: a verdict or a reason, and nothing unescaped. */
public final class EvidenceTarget {
    private EvidenceTarget() {}

    /** Called by the fuzzer with whatever it made up. */
    public static void fuzzerTestOneInput(byte[] printed) throws Exception {
        try {
            judge(EvidenceReader.read(new String(printed, StandardCharsets.UTF_8)));
        } catch (UnreadableEvidenceException unreadable) {
            printable(Wording.reason(new Verdict.Inconclusive(unreadable.why())));
        }
    }

    private static void judge(Evidence evidence) throws Exception {
        DeploymentId shown = ShownDeployment.of(evidence);
        List<DeploymentRecord> records = new ArrayList<>();
        if (shown != null) {
            records.add(new DeploymentRecord(shown, null, DeploymentRecord.Progress.SUCCEEDED, null, null));
        }
        InstanceId instance = new InstanceId("i-0123456789abcdef0");
        for (Question question : List.of(
                new Question(null, null, null, List.of(), Set.of(), false, Duration.ofHours(1)),
                new Question(
                        instance,
                        null,
                        shown,
                        records,
                        Set.of(new SeenJvm(null, "app.service", Ownership.TIME)),
                        true,
                        Duration.ofHours(1)))) {
            Verdict verdict = Diagnosis.of(evidence, question);
            String reason = Wording.reason(verdict);
            printable(reason);
            printable(VerdictJson.of(verdict).toString());
            JudgedEvidence look = new JudgedEvidence(
                    evidence, verdict.name().name(), verdict.race().marginSeconds(), reason);
            wellFormed(Drawing.svg(Timeline.chart("x", Instant.EPOCH, List.of(look), List.of()))
                    .toString());
        }
    }
}
