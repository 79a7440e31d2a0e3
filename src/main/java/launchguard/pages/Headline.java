package launchguard.pages;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import launchguard.cases.Case;
import launchguard.cases.Observation;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.probe.Evidence;
import launchguard.report.CaseWording;
import launchguard.report.Cure;
import launchguard.report.PlainText;
import launchguard.report.Sentences;
import launchguard.report.Story;
import launchguard.report.Wording;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** A case in one sentence: what it was, how it stands, what is left to do. */
final class Headline {
    private Headline() {}

    /** The sentence; the first evidence decides how to fix the image. */
    static String of(Case current, @Nullable Evidence first) {
        String fix = CaseWording.preventable(current)
                ? Sentences.say("headline.fix", Map.of("cure", Wording.cure(Cure.of(first))))
                : "";
        return PlainText.text(Sentences.say(
                "headline",
                Map.of("what", Sentences.say("headline." + found(current)), "ended", ended(current), "fix", fix)));
    }

    /** The first verdict that says how the launch went. */
    private static String found(Case current) {
        List<Observation> looks = Story.looks(current);
        return looks.stream()
                .map(Observation::verdict)
                .filter(verdict -> VerdictName.valueOf(verdict).conclusive())
                .findFirst()
                .orElse(
                        current.finding().verdict() == null
                                ? "NONE"
                                : current.finding().verdict());
    }

    private static String ended(Case current) {
        String refusal = current.finding().refusal();
        String would = current.finding().would();
        String key = "headline.end." + current.status();
        if (current.status() == Status.REFUSED && current.ended()) {
            key += would == null ? ".final" : CaseWording.remedy(would) ? ".observed" : ".observed-held";
        }
        Duration since = Duration.between(
                current.id().launchedAt(),
                current.timeline().isEmpty()
                        ? current.openedAt()
                        : current.timeline().getLast().at());
        return Sentences.say(
                key,
                Map.of(
                        "refusal",
                        refusal == null ? Refusal.Name.LADDER_EXHAUSTED.name() : refusal,
                        "would",
                        would == null ? "" : would,
                        "since",
                        PlainText.span(since)));
    }
}
