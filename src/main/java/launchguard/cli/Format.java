package launchguard.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The output formats of commands. */
enum Format {
    /** Sentences. */
    WORDS,
    /** Rows with aligned columns. */
    TABLE,
    /** One JSON object for one thing, an array for several. */
    JSON,
    /** Comma-separated values with a header line, for spreadsheets. */
    CSV;

    /** The name as a person types it and the help shows it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what was typed; picocli's own reader names the constants as Java writes them. */
    static final class Reader implements ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            for (Format format : values()) {
                if (format.toString().equalsIgnoreCase(text)) {
                    return format;
                }
            }
            throw new TypeConversionException("'" + text + "' is not words, table, json or csv");
        }
    }
}
