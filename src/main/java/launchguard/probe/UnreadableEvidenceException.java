package launchguard.probe;

/** What the probe printed is no evidence; the message says why in words for people. */
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
