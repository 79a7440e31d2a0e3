package launchguard.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How far to look back. Whole days are shown as days, where {@link Duration} would show hours. */
record Since(Duration duration) {
    @Override
    public String toString() {
        long days = duration.toDays();
        return duration.equals(Duration.ofDays(days)) ? "P" + days + "D" : duration.toString();
    }

    /** Reads what was typed. */
    static final class Reader implements ITypeConverter<Since> {
        @Override
        public Since convert(String text) {
            try {
                Duration duration = Duration.parse(text);
                if (!duration.isNegative()) {
                    return new Since(duration);
                }
            } catch (DateTimeParseException notOne) {
                // Reported below, as a time in the future is.
            }
            throw new TypeConversionException("'" + text + "' is no time as in PT6H (6 hours) or P7D (7 days)");
        }
    }
}
