package launchguard.reliability.model;

/** A promise, broken on purpose in the protocol: the exploration has to find it. */
enum Flaw {
    /** The protocol as it is. */
    NONE(0),
    /** A doubtful verdict is acted on. */
    ACTS_ON_DOUBT(1),
    /** Observe mode does not hold remedies back. */
    OBSERVE_ACTS(2),
    /** The budget is written without its version: two may take the last place. */
    BUDGET_UNCONDITIONAL(3),
    /** A remedy that the first lookup does not find is sent again at once. */
    ONE_LOOK(4),
    /** The message of a signal is done with before its case is stored. */
    DONE_BEFORE_STORED(5),
    /** The instance that the evidence names is acted on. */
    EVIDENCE_NAMES_TARGET(6),
    /** A step whose recheck could not be sent is done with. */
    RECHECK_UNCHECKED(7),
    /** A remedy that is taken up late runs no checks again. */
    LATE_UNCHECKED(8),
    /** The recheck is sent first, and the step saved then. */
    TIMER_FIRST(9),
    /** What the instance printed is stored as it is. */
    STORES_WORDS(11);

    private final int promise;

    Flaw(int promise) {
        this.promise = promise;
    }

    /** The number of the promise that it breaks, as in docs/reliability.md. */
    int promise() {
        return promise;
    }
}
