package launchguard.pages;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import launchguard.cases.Case;
import launchguard.cases.Observation;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.probe.Evidence;
import launchguard.report.CaseSummary;
import launchguard.report.CaseWording;
import launchguard.report.Cure;
import launchguard.report.PlainText;
import launchguard.report.Sentences;
import launchguard.report.Wording;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** Says in one sentence what a case was, how it stands, and what is left to do. */
final class Headline {
    private Headline() {}

    /** The sentence; the first evidence decides how to fix the image. */
    static String of(Case current, @Nullable Evidence first) {
        String fix = CaseWording.preventable(current)
                ? Sentences.say("headline.fix", Map.of("cure", Wording.cure(Cure.of(first))))
                : "";
        return PlainText.text(
                Sentences.say("headline", Map.of("what", found(current), "ended", ended(current), "fix", fix)));
    }

    /** The first verdict that says how the launch went, else the last. */
    private static String found(Case current) {
        return CaseSummary.observations(current).stream()
                .map(Observation::verdict)
                .filter(verdict -> VerdictName.named(verdict)
                        .filter(VerdictName::conclusive)
                        .isPresent())
                .findFirst()
                .or(() -> Optional.ofNullable(current.finding().verdict()))
                .map(Headline::what)
                .orElseGet(() -> Sentences.say("headline.NONE"));
    }

    private static String what(String verdict) {
        return VerdictName.named(verdict)
                .map(known -> Sentences.say("headline." + known))
                .orElseGet(() -> Sentences.say("headline.unknown", Map.of("verdict", verdict)));
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
