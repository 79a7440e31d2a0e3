package launchguard.intake;

import launchguard.cases.Case;

/** The answer to a request to open a case. */
sealed interface Admission {
    /** A new case. */
    record Opened(Case one) implements Admission {}

    /** There is a case already. */
    record Known(Case one) implements Admission {}

    /** Not ours. */
    record NotOurs(String reason) implements Admission {}
}
