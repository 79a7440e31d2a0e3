package launchguard.cases;

/** Where a case, or the answer to a signal, stands. */
public enum Status {
    /** The signal is not for Launch Guard: no case. */
    IGNORED,
    /** The probe is on its way or running. */
    PROBING,
    /** The instance is probed again by timer. */
    WAITING,
    /** An action was held back; open when the refusal is temporary, else closed. */
    REFUSED,
    /** A remedy is under way. */
    REMEDYING,
    /** Ended: nothing was wrong, or nothing is left to repair. */
    CLOSED,
    /** Ended: a remedy worked, and a probe proved it. */
    REPAIRED,
    /** Ended: Auto Scaling replaces the instance. */
    REPLACED,
    /** Ended: announced to people. */
    REPORTED,
    /** Ended: people are needed. */
    ESCALATED,
    /** Ended: the launch window passed without a verdict. */
    UNRESOLVED
}
