package launchguard.pages;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import launchguard.cases.Status;
import launchguard.verdict.VerdictName;

/** How good or bad something is, for colours on pages and terminals. */
public enum Tone {
    /** Nothing to do. */
    GOOD,
    /** Worth knowing. */
    FAIR,
    /** Something is broken, or people are needed. */
    BAD;

    /** Of a verdict. */
    public static Tone of(VerdictName verdict) {
        return switch (verdict) {
            case HEALTHY -> GOOD;
            case NOT_DEPLOYED, LUCKY_RACE, STILL_BOOTING, STALE_BYSTANDER, INCONCLUSIVE, UNREACHABLE -> FAIR;
            case STALE_JDK, JDK_REPLACED, DEPLOYMENT_FAILED, BOOT_STUCK -> BAD;
        };
    }

    /** Of an outcome. */
    public static Tone of(Status status) {
        return switch (status) {
            case CLOSED, REPAIRED -> GOOD;
            case IGNORED, PROBING, WAITING, REMEDYING, REPLACED, REPORTED -> FAIR;
            case REFUSED, ESCALATED, UNRESOLVED -> BAD;
        };
    }

    /** Of the name of a verdict or an outcome; empty for any other word. */
    public static Optional<Tone> named(String word) {
        return VerdictName.named(word)
                .map(Tone::of)
                .or(() -> Arrays.stream(Status.values())
                        .filter(status -> status.name().equals(word))
                        .map(Tone::of)
                        .findFirst());
    }

    /** As {@link #named}; any other word is worth knowing. */
    static Tone of(String word) {
        return named(word).orElse(FAIR);
    }

    /** The class in the style sheet. */
    String css() {
        return name().toLowerCase(Locale.ROOT);
    }
}
