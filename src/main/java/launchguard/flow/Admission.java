package launchguard.flow;

import launchguard.cases.Case;

/** What came of a request to look after an instance. */
sealed interface Admission {
    /** A new case. */
    record Opened(Case one) implements Admission {}

    /** There is a case already. */
    record Known(Case one) implements Admission {}

    /** Not ours. */
    record NotOurs(String reason) implements Admission {}
}
