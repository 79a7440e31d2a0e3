package launchguard.cli;

import launchguard.verdict.Verdict;

/** What came of a probe. */
sealed interface Sight {
    /** It ran to its end and printed this. */
    record Printed(String text) implements Sight {}

    /** There is nothing to judge by. */
    record Nothing(Verdict verdict) implements Sight {}
}
