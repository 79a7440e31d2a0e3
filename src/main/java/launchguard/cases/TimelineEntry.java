package launchguard.cases;

import java.time.Instant;

/** One step of a case, in words, when it happened. */
public record TimelineEntry(Instant at, String what) {}
