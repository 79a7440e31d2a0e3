package launchguard.cli;

import java.util.List;
import java.util.stream.Stream;
import launchguard.verdict.VerdictName;

/** Exit codes of {@code explain} and {@code diagnose}. */
final class ExitCode {
    static final int ERROR = 1;
    static final int USAGE = 2;

    private ExitCode() {}

    static int of(VerdictName verdict) {
        return switch (verdict) {
            case HEALTHY, LUCKY_RACE, NOT_DEPLOYED -> 0;
            case STALE_JDK, JDK_REPLACED, DEPLOYMENT_FAILED -> 10;
            case STILL_BOOTING -> 11;
            case INCONCLUSIVE, BOOT_STUCK, UNREACHABLE -> 12;
            case STALE_BYSTANDER -> 13;
        };
    }

    /** Of several verdicts the most urgent one. */
    static int worst(List<Integer> codes) {
        return Stream.of(10, 12, 11, 13).filter(codes::contains).findFirst().orElse(0);
    }
}
