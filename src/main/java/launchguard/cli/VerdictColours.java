package launchguard.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.pages.Tone;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/** Colours for verdicts and outcomes on a terminal that has them; NO_COLOR and --no-color turn them off. */
record VerdictColours(boolean on) {
    private static final Pattern BOLD = Pattern.compile("(?s)\\*\\*(.+?)\\*\\*");

    static VerdictColours of(CommandSpec spec) {
        return new VerdictColours(spec.commandLine().getColorScheme().ansi().enabled());
    }

    /** The same word, in the colour of what it means; any other word as it is. */
    String word(String word) {
        return on
                ? Tone.named(word)
                        .map(tone -> Ansi.ON.string("@|" + style(tone) + " " + word + "|@"))
                        .orElse(word)
                : word;
    }

    /** A title. */
    String strong(String word) {
        return on ? Ansi.ON.string("@|bold " + word + "|@") : word;
    }

    /** Markdown whose words between double asterisks are bold where colours are on. */
    String emphasized(String markdown) {
        return on
                ? BOLD.matcher(markdown).replaceAll(bold -> Matcher.quoteReplacement(strong(bold.group(1))))
                : markdown;
    }

    private static String style(Tone tone) {
        return switch (tone) {
            case GOOD -> "green";
            case FAIR -> "yellow";
            case BAD -> "bold,red";
        };
    }
}
