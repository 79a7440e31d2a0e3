package launchguard.pages;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import launchguard.cases.Case;
import launchguard.cases.TimelineEntry;
import launchguard.pages.Chart.Order;
import launchguard.probe.Evidence;
import launchguard.report.CaseSummary;
import launchguard.report.CaseWording;
import launchguard.report.Cure;
import launchguard.report.FactsWording;
import launchguard.report.JudgedEvidence;
import launchguard.report.PlainText;
import launchguard.report.Sentences;
import launchguard.report.Wording;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** The page of one launch: what went wrong, the picture, then the details. */
public final class CasePage {
    private CasePage() {}

    /** The page of a case; {@code runs} are its probes, remedies and deployments. */
    public static String of(Case current, List<JudgedEvidence> probes, List<Run> runs) {
        List<Tag> parts = new ArrayList<>();
        Evidence first = probes.isEmpty() ? null : probes.getFirst().evidence();
        String name = current.id().instance() + " in " + current.group();
        parts.add(Tag.of("h1").text(name));
        parts.add(Tag.of("p").with("class", "headline").text(Headline.of(current, first)));
        parts.add(CaseSection.badges(probes).add(CaseSection.badge(current.status())));
        CaseSection.margin(probes).ifPresent(parts::add);
        List<String> reasons = CaseSummary.found(current).stream()
                .map(CaseSummary.Found::reason)
                .toList();
        parts.add(paragraph(
                Sentences.say("title.happened"),
                reasons.isEmpty() ? Sentences.say("happened.nothing") : reasons.getFirst()));
        Instant booted = first == null ? current.id().launchedAt() : first.at(0);
        picture(parts, name, booted, probes, runs);
        if (first != null) {
            parts.add(paragraph(Sentences.say("title.known"), FactsWording.known(first)));
        }
        String since = reasons.size() < 2
                ? ""
                : " " + Sentences.say(current.ended() ? "done.end" : "done.now", Map.of("reason", reasons.getLast()));
        parts.add(paragraph(Sentences.say("title.done"), CaseWording.did(current) + since));
        if (CaseWording.preventable(current)) {
            prevention(parts, Cure.of(first));
        }
        times(parts, "Case " + current.id(), booted, probes, runs);
        parts.add(story(current));
        return Page.html("Launch Guard: " + name, parts);
    }

    /** The page of saved evidence. */
    public static String of(String name, Evidence evidence, Verdict verdict) {
        List<JudgedEvidence> probes = List.of(new JudgedEvidence(
                evidence, verdict.name().name(), verdict.race().marginSeconds(), Wording.reason(verdict)));
        List<Tag> parts = new ArrayList<>();
        parts.add(Tag.of("h1").text(name));
        parts.add(CaseSection.badges(probes));
        CaseSection.margin(probes).ifPresent(parts::add);
        parts.add(paragraph(Sentences.say("title.happened"), Wording.reason(verdict)));
        picture(parts, name, evidence.at(0), probes, List.of());
        parts.add(paragraph(Sentences.say("title.known"), FactsWording.known(evidence)));
        if (Wording.preventable(verdict)) {
            prevention(parts, Cure.of(evidence));
        }
        times(parts, "Saved evidence", evidence.at(0), probes, List.of());
        return Page.html("Launch Guard: " + name, parts);
    }

    private static Tag paragraph(String title, String words) {
        return Tag.of("div")
                .with("class", "details")
                .add(Tag.of("h2").text(title))
                .add(Tag.of("p").text(words));
    }

    private static void picture(
            List<Tag> parts, String name, Instant booted, List<JudgedEvidence> probes, List<Run> runs) {
        Chart chart = Timeline.chart(name, booted, probes, runs);
        if (chart.lanes().isEmpty()) {
            return;
        }
        Tag section = Tag.of("section").with("class", "picture").add(Drawing.svg(chart));
        Order order = chart.order();
        if (order != null
                && runs.stream()
                        .filter(run -> run.kind() == Run.Kind.DEPLOYMENT)
                        .anyMatch(run -> run.from().isBefore(booted.plusMillis(Math.round(order.start() * 1000))))) {
            section.add(Tag.of("p").with("class", "note").text(Sentences.say("picture.early")));
        }
        parts.add(section);
    }

    private static void prevention(List<Tag> parts, Cure cure) {
        Tag files = Tag.of("details").add(Tag.of("summary").text(cure.path()));
        cure.files().forEach(file -> files.add(Tag.of("pre").ours(file.text())));
        parts.add(paragraph(Sentences.say("title.prevent"), PlainText.upper(Wording.cure(cure)))
                .add(files));
    }

    private static void times(
            List<Tag> parts, String what, Instant booted, List<JudgedEvidence> probes, List<Run> runs) {
        Chart chart = Timeline.chart("", booted, probes, runs);
        if (chart.lanes().isEmpty()) {
            return;
        }
        Integer offset =
                probes.isEmpty() ? null : probes.getFirst().evidence().host().utcOffsetSeconds();
        ChartTable times = new ChartTable(booted, zone(offset));
        parts.add(Tag.of("section")
                .add(Tag.of("h2").text("Times in the picture"))
                .add(Tag.of("p")
                        .with("class", "note")
                        .text(what + ". The instance booted at " + times.booted()
                                + "; the picture counts seconds from there."))
                .add(times.of(chart)));
    }

    private static ZoneOffset zone(@Nullable Integer offset) {
        boolean known = offset != null && Math.abs(offset) <= ZoneOffset.MAX.getTotalSeconds();
        return known && offset != null ? ZoneOffset.ofTotalSeconds(offset) : ZoneOffset.UTC;
    }

    private static Tag story(Case current) {
        return Tag.of("details")
                .add(Tag.of("summary")
                        .text("Timeline of the case, " + current.timeline().size() + " lines"))
                .add(Page.table(
                        List.of("UTC", "what"),
                        current.timeline().stream().map(CasePage::row).toList()));
    }

    private static List<String> row(TimelineEntry entry) {
        return List.of(entry.at().toString(), entry.what());
    }
}
