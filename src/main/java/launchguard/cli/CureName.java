package launchguard.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import launchguard.probe.Evidence;
import launchguard.report.Cure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of {@code --cure}. */
enum CureName {
    SYSTEMD,
    IMAGE,
    USER_DATA,
    BOOTHOOK,
    NO_UPGRADE,
    KEEP_JDK,
    BEFORE_INSTALL,
    AMAZON_LINUX_1;

    /** The cure on the system that the evidence shows. */
    Cure on(@Nullable Evidence evidence) {
        return switch (this) {
            case SYSTEMD -> Cure.SYSTEMD;
            case IMAGE -> Cure.IMAGE;
            case USER_DATA -> Cure.USER_DATA;
            case BOOTHOOK -> Cure.BOOTHOOK;
            case NO_UPGRADE -> Cure.NO_UPGRADE;
            case KEEP_JDK -> Cure.keepingJdk(evidence);
            case BEFORE_INSTALL -> Cure.BEFORE_INSTALL;
            case AMAZON_LINUX_1 -> Cure.AMAZON_LINUX_1;
        };
    }

    /** The name as a person types it and the help shows it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads what was typed. */
    static final class Reader implements ITypeConverter<CureName> {
        @Override
        public CureName convert(String text) {
            return Arrays.stream(values())
                    .filter(cure -> cure.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is not "
                            + Arrays.stream(values()).map(CureName::toString).collect(Collectors.joining(", "))));
        }
    }
}
