package launchguard.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How many columns there are to print in.
 *
 * @param count of characters; {@link #UNLIMITED} where the output is no terminal
 */
record Columns(int count) {
    /** A program or a file reads it: no line is folded. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int USUAL = 80;
    private static final int FEWEST = 20;

    /** Asked once: the terminal that the output goes to. */
    private static final class Here {
        static final Columns COLUMNS = ask();

        private Here() {}

        @SuppressWarnings("SystemConsoleNull") // where output is redirected, one of the JDK's consoles is null
        private static Columns ask() {
            Console console = System.console();
            return new Columns(console == null || !console.isTerminal() ? UNLIMITED : ofTerminal());
        }
    }

    /** Those of the terminal that the output goes to. */
    static Columns here() {
        return Here.COLUMNS;
    }

    private static int ofTerminal() {
        String variable = System.getenv("COLUMNS");
        if (variable != null && variable.matches("[0-9]{1,4}")) {
            return Math.max(FEWEST, Integer.parseInt(variable));
        }
        // The JDK has no call for it; stty answers for the terminal that it has as its input.
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), US_ASCII).strip();
            boolean answered =
                    stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 && size.matches("[0-9]{1,4} [0-9]{1,4}");
            int columns = answered ? Integer.parseInt(size.substring(size.indexOf(' ') + 1)) : 0;
            return columns == 0 ? USUAL : Math.max(FEWEST, columns);
        } catch (IOException noStty) {
            return USUAL;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return USUAL;
        }
    }

    /** The text in lines that fit, broken between words; a word that is longer than a line has a line of its own. */
    String fold(String text) {
        return String.join(
                "\n", text.lines().flatMap(line -> fold(line, count).stream()).toList());
    }

    /** A guide in Markdown: its paragraphs are folded, and fenced blocks keep their lines. */
    String fill(String guide) {
        if (count == UNLIMITED) {
            return guide;
        }
        StringBuilder filled = new StringBuilder();
        StringBuilder paragraph = new StringBuilder();
        boolean fenced = false;
        for (String line : guide.lines().toList()) {
            boolean fence = line.startsWith("```");
            if (fenced || fence || line.isBlank()) {
                close(paragraph, filled);
                filled.append(line).append('\n');
                fenced ^= fence;
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line.strip());
            }
        }
        close(paragraph, filled);
        return filled.toString().stripTrailing();
    }

    private void close(StringBuilder paragraph, StringBuilder filled) {
        if (!paragraph.isEmpty()) {
            filled.append(fold(paragraph.toString())).append('\n');
            paragraph.setLength(0);
        }
    }

    static List<String> fold(String line, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder folded = new StringBuilder();
        for (String word : line.split(" ", -1)) {
            if (!folded.isEmpty() && folded.length() + 1 + word.length() > width) {
                lines.add(folded.toString());
                folded.setLength(0);
            }
            folded.append(folded.isEmpty() ? "" : " ").append(word);
        }
        lines.add(folded.toString());
        return lines;
    }
}
