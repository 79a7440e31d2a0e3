package launchguard.sandbox.wire;

/** How each service says that it is asked too often. */
final class Throttling {
    private Throttling() {}

    static AwsError of(String service) {
        return switch (service) {
            case "ec2" -> new AwsError(503, "RequestLimitExceeded", "Request limit exceeded.");
            case "autoscaling" -> new AwsError("Throttling", "Rate exceeded");
            case "sqs" -> new AwsError("RequestThrottled", "Rate exceeded");
            default -> new AwsError("ThrottlingException", "Rate exceeded");
        };
    }
}
