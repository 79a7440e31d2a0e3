package launchguard.intake;

import launchguard.cases.Case;

/** The answer to a request to open a case. */
sealed interface Admission {
    /** A new case. */
    record Opened(Case current) implements Admission {}

    /** There is a case already. */
    record Known(Case current) implements Admission {}

    /** The request is not for Launch Guard. */
    record NotOurs(String reason) implements Admission {}
}
