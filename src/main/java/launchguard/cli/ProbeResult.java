package launchguard.cli;

import launchguard.verdict.Verdict;

/** The result of a probe. */
sealed interface ProbeResult {
    /** It ran to its end and printed this. */
    record Printed(String text) implements ProbeResult {}

    /** There is nothing to judge by. */
    record Nothing(Verdict verdict) implements ProbeResult {}
}
