package launchguard.aws;

/** SSM refuses to send a command to these instances; when there are several, it does not say which it means. */
public final class InstancesRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    InstancesRefusedException(AwsFailureException cause) {
        super(cause.getMessage(), cause);
        this.why = String.valueOf(cause.getMessage());
    }

    /** What was tried and what came back. */
    public String why() {
        return why;
    }
}
