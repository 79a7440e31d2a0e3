package launchguard.cli;

import java.math.BigDecimal;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment in epoch seconds, as {@code date +%s} and the AWS command line print it. */
final class EpochSeconds implements ITypeConverter<Instant> {
    /** The year 5138: milliseconds given by mistake are beyond it. */
    private static final BigDecimal LIMIT = new BigDecimal("1e11");

    @Override
    public Instant convert(String text) {
        BigDecimal seconds;
        try {
            seconds = new BigDecimal(text);
        } catch (NumberFormatException notNumber) {
            throw wrong(text);
        }
        // The limit is checked first: a number like 1e999999999 does not fit into an integer.
        if (seconds.signum() < 0 || seconds.compareTo(LIMIT) >= 0) {
            throw wrong(text);
        }
        return Instant.ofEpochMilli(Math.round(seconds.doubleValue() * 1000));
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text + "' is not a time in epoch seconds, as in 1683679509.1");
    }
}
