package launchguard.aws;

/** SSM refuses to send a command to these instances; when there are several, it does not say which it means. */
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

    /** Whether a permission is missing; else SSM does not have the instance among its own. */
    public boolean denied() {
        return denied;
    }
}
