package launchguard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The one bound in real time that tests have. It ends what hangs, and is so long that no busy machine reaches it. How
 * quick something is, tests check by counts and processor time.
 */
public final class HangGuard {
    /** A machine a hundred times as slow as usual needs less. */
    public static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private HangGuard() {}

    /** The process's exit code, once it has ended; for one whose output goes to a file. */
    public static int exit(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT)) {
            kill(process);
            throw new AssertionError("still running after " + LIMIT + ": " + process.info());
        }
        return process.exitValue();
    }

    /** All that the process prints until it ends; its exit code is there afterwards. */
    public static String output(Process process) throws IOException, InterruptedException {
        watch(process);
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }

    /** From now on it is killed once it has hung, with all that it has started, so that its output ends. */
    public static void watch(Process process) {
        var ignored = process.onExit()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .whenComplete((ended, hangs) -> {
                    if (hangs != null) {
                        kill(process);
                    }
                });
    }

    /** Waits until the condition holds. */
    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long looks = LIMIT.dividedBy(BETWEEN_LOOKS);
        for (long look = 0; !condition.getAsBoolean(); look++) {
            if (look == looks) {
                throw new AssertionError("never came: " + what);
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
