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
import launchguard.report.Plain;
import launchguard.report.Story;
import launchguard.report.Wording;
import launchguard.report.Words;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** A case in one sentence: what it was, how it stands, what is left to do. */
final class Headline {
    private Headline() {}

    /** The sentence; the evidence is of the first look, and decides how the image is mended. */
    static String of(Case one, @Nullable Evidence first) {
        String fix = CaseWording.preventable(one)
                ? Words.say("headline.fix", Map.of("cure", Wording.cure(Cure.of(first))))
                : "";
        return Plain.text(Words.say(
                "headline", Map.of("what", Words.say("headline." + found(one)), "ended", ended(one), "fix", fix)));
    }

    /** The first verdict that says how the launch went. */
    private static String found(Case one) {
        List<Observation> looks = Story.looks(one);
        return looks.stream()
                .map(Observation::verdict)
                .filter(verdict -> VerdictName.valueOf(verdict).conclusive())
                .findFirst()
                .orElse(one.finding().verdict() == null ? "NONE" : one.finding().verdict());
    }

    private static String ended(Case one) {
        String refusal = one.finding().refusal();
        String would = one.finding().would();
        String key = "headline.end." + one.status();
        if (one.status() == Status.REFUSED && one.ended()) {
            key += would == null ? ".final" : CaseWording.remedy(would) ? ".observed" : ".observed-held";
        }
        Duration since = Duration.between(
                one.id().launchedAt(),
                one.timeline().isEmpty()
                        ? one.openedAt()
                        : one.timeline().getLast().at());
        return Words.say(
                key,
                Map.of(
                        "refusal",
                        refusal == null ? Refusal.Name.LADDER_EXHAUSTED.name() : refusal,
                        "would",
                        would == null ? "" : would,
                        "since",
                        Plain.span(since)));
    }
}
