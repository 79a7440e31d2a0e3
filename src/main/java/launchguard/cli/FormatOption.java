package launchguard.cli;

import picocli.CommandLine.Option;

/** The option {@code --format}; a command uses one of its two forms. */
final class FormatOption {
    private FormatOption() {}

    /** For commands that print sentences by default. */
    static final class Words {
        @Option(
                names = "--format",
                converter = Format.Reader.class,
                paramLabel = "FORMAT",
                description = "words, table, json or csv; default: ${DEFAULT-VALUE}.")
        Format format = Format.WORDS;
    }

    /** For commands that print only rows. */
    static final class Rows {
        @Option(
                names = "--format",
                converter = Format.Reader.class,
                paramLabel = "FORMAT",
                description = "table, json or csv; default: ${DEFAULT-VALUE}.")
        Format format = Format.TABLE;
    }
}
