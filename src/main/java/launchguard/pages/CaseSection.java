package launchguard.pages;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.report.Look;

/** One case as a part of a page: verdict and outcome, the picture, the story. */
public final class CaseSection {
    private CaseSection() {}

    /**
     * The part of one case.
     *
     * @param about what people call the instance
     * @param looks what its probes saw, oldest first
     * @param story a table of what happened, or whatever else belongs below the picture
     */
    public static Tag of(String about, Case one, List<Look> looks, Chart chart, Tag story) {
        Tag badges = Tag.of("p").with("class", "badges");
        for (Look look : looks) {
            badges.add(badge(look));
        }
        badges.add(badge(one.status()));
        Tag reasons =
                Tag.of("p").text(looks.stream().map(Look::reason).distinct().collect(Collectors.joining(" Then: ")));
        return Tag.of("section")
                .add(Tag.of("h2").text(about))
                .add(badges)
                .add(reasons)
                .add(Drawing.svg(chart))
                .add(Tag.of("p")
                        .with("class", "note")
                        .text("Seconds since the instance's boot. Case " + one.id() + ", group "
                                + one.group().value() + "."))
                .add(story);
    }

    static Tag badge(Look look) {
        return badge(Tone.of(look.verdict()).css(), look.verdict() + margin(look));
    }

    static Tag badge(Status status) {
        return badge("outcome " + Tone.of(status).css(), status.name());
    }

    static Tag badge(String tone, String words) {
        return Tag.of("span").with("class", "badge " + tone).text(words);
    }

    private static String margin(Look look) {
        Double margin = look.marginSeconds();
        return margin == null ? "" : " " + signed(margin);
    }

    /** A margin as people read it, with its sign. */
    public static String signed(double seconds) {
        return String.format(Locale.ROOT, "%+.1f s", seconds).replace('-', '\u2212');
    }
}
