package launchguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import launchguard.cases.Case;
import launchguard.cases.Observation;
import launchguard.guard.Decision;
import launchguard.guard.GroupBudget;
import launchguard.guard.GroupState;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Guard;
import launchguard.guard.History;
import launchguard.guard.Situation;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.report.CaseSummary;
import launchguard.report.CaseWording;
import launchguard.report.DecisionWording;
import launchguard.report.VerdictJson;
import launchguard.report.Wording;
import launchguard.settings.Settings;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a case's evidence leads to now, and what it led to then.
 *
 * @param then null where the case does not say
 */
record ReplayResult(Case stored, @Nullable Observation then, Verdict verdict, DecisionWording decided) {

    static ReplayResult of(
            Case current, @Nullable Observation then, Evidence evidence, Settings settings, int desired) {
        // If no probe after the first remedy could be judged, the last evidence is the one from before it.
        boolean afterRemedies = then != null
                && then.kept() == Observation.Kept.LAST
                && current.memory().broken() != null;
        Verdict verdict = Diagnosis.of(
                evidence,
                new Question(
                        current.id().instance(),
                        null,
                        current.deployment(),
                        then == null ? List.of() : then.records(),
                        current.memory().seen(),
                        afterRemedies && current.history().remedied(),
                        settings.bootDeadline()));
        Instant now = then == null ? current.openedAt() : then.at();
        History history = new History(
                afterRemedies ? current.attempts() : List.of(),
                0,
                current.id().launchedAt().plus(settings.launchWindow()),
                current.observeOnly());
        Situation situation =
                new Situation(current.id(), verdict, history, settings.limits(), current.deploymentGroup(), now);
        Decision decision = Guard.settled(situation)
                .orElseGet(() -> Guard.decide(
                        situation, quiet(current.id().instance(), desired), GroupBudget.empty(current.group())));
        return new ReplayResult(current, then, verdict, DecisionWording.of(decision));
    }

    private static GroupState quiet(InstanceId instance, int desired) {
        List<Member> members = new ArrayList<>();
        members.add(new Member(instance, "InService", true, null));
        for (int other = 1; other < desired; other++) {
            members.add(new Member(new InstanceId(String.format("i-%017x", other)), "InService", true, null));
        }
        return new GroupState(desired, members, Set.of(), false, List.of(), true, true);
    }

    int print(PrintWriter out, Format format, VerdictColours paint) {
        switch (format) {
            case WORDS -> words(out, paint);
            case JSON -> out.println(json());
            case TABLE, CSV ->
                new Listing(
                                List.of("caseId", "thenVerdict", "thenDid", "verdict", "action", "refusal"),
                                List.of("marginSeconds", "reason", "decision"),
                                List.of(json()))
                        .print(out, format, paint);
        }
        out.flush();
        return ExitCode.of(verdict.name());
    }

    private void words(PrintWriter out, VerdictColours paint) {
        out.println(paint.strong(stored.id().toString()));
        String before = then == null ? "unknown" : then.verdict();
        out.println(folded("Then: " + before + ". " + CaseWording.done(stored), before, paint));
        out.println(folded(
                "Now:  " + verdict.name() + ". " + decided.words(),
                verdict.name().name(),
                paint));
        out.println(Columns.here().fold(Wording.reason(verdict)));
    }

    /** Folded as people see it, then coloured: what colours a word takes no room. */
    private static String folded(String line, String verdict, VerdictColours paint) {
        return Columns.here().fold(line).replaceFirst(verdict, Matcher.quoteReplacement(paint.word(verdict)));
    }

    private ObjectNode json() {
        ObjectNode json = VerdictJson.of(verdict);
        json.put("caseId", stored.id().toString());
        if (then != null) {
            json.put("thenVerdict", then.verdict());
        }
        json.put("thenDid", CaseSummary.remedies(stored));
        if (decided.action() != null) {
            json.put("action", decided.action());
        }
        if (decided.refusal() != null) {
            json.put("refusal", decided.refusal());
        }
        return json.put("decision", decided.words());
    }
}
