package launchguard.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a command prints. */
enum Format {
    /** Sentences. */
    WORDS,
    /** One JSON object. */
    JSON;

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
            throw new TypeConversionException("'" + text + "' is not words or json");
        }
    }
}
