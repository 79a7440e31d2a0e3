package launchguard.cli;

import picocli.CommandLine.Option;

/** The option {@code --format}, one of the two to a command. */
final class FormatOption {
    private FormatOption() {}

    /** Of a command that prints sentences where nothing else is asked for. */
    static final class Words {
        @Option(
                names = "--format",
                converter = Format.Reader.class,
                paramLabel = "FORMAT",
                description = "words, table, json or csv; default: ${DEFAULT-VALUE}.")
        Format format = Format.WORDS;
    }

    /** Of a command that has only rows. */
    static final class Rows {
        @Option(
                names = "--format",
                converter = Format.Reader.class,
                paramLabel = "FORMAT",
                description = "table, json or csv; default: ${DEFAULT-VALUE}.")
        Format format = Format.TABLE;
    }
}
