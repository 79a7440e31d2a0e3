package launchguard.probe;

/** The probe's output is not readable evidence; the message says why. */
public final class UnreadableEvidenceException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    /** {@code why} completes "no verdict: …". */
    public UnreadableEvidenceException(String why) {
        super(why);
        this.why = why;
    }

    /** What is wrong with it. */
    public String why() {
        return why;
    }
}
