package launchguard.aws;

/** SSM refuses to send a command to these instances; when there are several, it does not say which. */
public final class InstancesRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;
    private final boolean denied;

    InstancesRefusedException(AwsFailureException cause) {
        super(cause.getMessage(), cause);
        this.why = String.valueOf(cause.getMessage());
        this.denied = cause.denied();
    }

    /** What was tried and what came back. */
    public String why() {
        return why;
    }

    /** Whether a permission is missing; otherwise SSM does not know the instance. */
    public boolean denied() {
        return denied;
    }
}
