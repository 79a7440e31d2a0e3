package launchguard.pages;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.report.JudgedEvidence;
import launchguard.report.Sentences;

/** One case as a part of a page: verdict and outcome, the picture, the story. */
public final class CaseSection {
    private CaseSection() {}

    /**
     * The section of one case.
     *
     * @param about the title: how people name the instance
     * @param probes the results of its probes, oldest first
     * @param story a table of what happened, or whatever else belongs below the picture
     */
    public static Tag of(String about, Case current, List<JudgedEvidence> probes, Chart chart, Tag story) {
        Tag reasons = Tag.of("p")
                .text(probes.stream().map(JudgedEvidence::reason).distinct().collect(Collectors.joining(" Then: ")));
        Tag section = Tag.of("section")
                .add(Tag.of("h2").text(about))
                .add(badges(probes).add(badge(current.status())));
        margin(probes).ifPresent(section::add);
        return section.add(reasons)
                .add(Drawing.svg(chart))
                .add(Tag.of("p")
                        .with("class", "note")
                        .text("Seconds since the instance's boot. Case " + current.id() + ", group "
                                + current.group().value() + "."))
                .add(story);
    }

    /** A badge for the verdict of each probe. */
    static Tag badges(List<JudgedEvidence> probes) {
        Tag badges = Tag.of("p").with("class", "badges");
        probes.forEach(probe -> badges.add(badge(Tone.of(probe.verdict()).css(), probe.verdict())));
        return badges;
    }

    /** The margin of the launch, from its first probe, with an explanation; empty where it is not known. */
    static Optional<Tag> margin(List<JudgedEvidence> probes) {
        Double margin = probes.isEmpty() ? null : probes.getFirst().marginSeconds();
        return margin == null
                ? Optional.empty()
                : Optional.of(Tag.of("p")
                        .with("class", "note")
                        .text(Sentences.say("margin", Map.of("margin", signed(margin)))));
    }

    static Tag badge(Status status) {
        return badge("outcome " + Tone.of(status).css(), status.name());
    }

    static Tag badge(String tone, String words) {
        return Tag.of("span").with("class", "badge " + tone).text(words);
    }

    /** A margin as people read it, with its sign. */
    public static String signed(double seconds) {
        return String.format(Locale.ROOT, "%+.1f s", seconds).replace('-', '\u2212');
    }
}
