package launchguard.aws;

/** The SSM documents of the stack. */
public enum Document {
    /** Prints the evidence; changes nothing. */
    PROBE("Probe"),
    /** Restarts a unit. */
    RESTART("Restart"),
    /** Runs the instance's last deployment again, locally. */
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
