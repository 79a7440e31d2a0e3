package launchguard;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints each test that was not run, and why: a number of skipped tests alone looks like a pass. */
public final class NotRun implements TestWatcher {
    @Override
    public void testAborted(ExtensionContext test, @Nullable Throwable cause) {
        print(test, cause == null ? "no reason given" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext test, Optional<String> reason) {
        print(test, reason.orElse("no reason given"));
    }

    private static void print(ExtensionContext test, String why) {
        System.err.println(
                "NOT RUN: " + test.getRequiredTestClass().getSimpleName() + ", " + test.getDisplayName() + ": " + why);
    }
}
