package launchguard.sandbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of the function.
 *
 * @param at the sandbox's time when it began
 * @param event what it was given
 * @param answer what it wrote; empty where it failed
 * @param failure what it threw; null where it answered
 */
public record Invocation(
        Instant at, String event, String answer, @Nullable Throwable failure) {}
