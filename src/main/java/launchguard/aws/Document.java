package launchguard.aws;

/** The stack's documents. */
public enum Document {
    /** Looks. */
    PROBE("Probe"),
    /** Restarts a unit. */
    RESTART("Restart"),
    /** Runs a deployment again. */
    REDEPLOY("Redeploy");

    private final String suffix;

    Document(String suffix) {
        this.suffix = suffix;
    }

    /** What follows the stack's prefix in the document's name. */
    String suffix() {
        return suffix;
    }
}
