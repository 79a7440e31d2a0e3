package launchguard.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a command prints. */
enum Format {
    /** Sentences. */
    WORDS,
    /** Rows with aligned columns. */
    TABLE,
    /** One JSON object for one thing, an array for several. */
    JSON,
    /** Comma-separated values with a head line, fit for spreadsheets. */
    CSV;

    /** As it is typed and shown in the help. */
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
