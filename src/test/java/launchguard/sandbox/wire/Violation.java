package launchguard.sandbox.wire;

/**
 * Where a request does not fit the model.
 *
 * @param kind what is wrong
 * @param member the path of the member, as AWS writes it in messages
 * @param message the words of AWS
 */
record Violation(Kind kind, String member, String message) {
    enum Kind {
        MISSING,
        UNKNOWN,
        VALUE
    }

    /** The error that the service answers with. */
    AwsError error(String service) {
        return switch (service) {
            case "ec2" ->
                new AwsError(
                        switch (kind) {
                            case MISSING -> "MissingParameter";
                            case UNKNOWN -> "UnknownParameter";
                            case VALUE -> "InvalidParameterValue";
                        },
                        message);
            case "autoscaling" -> new AwsError("ValidationError", "1 validation error detected: " + message);
            case "sqs" -> new AwsError(kind == Kind.MISSING ? "MissingParameter" : "InvalidParameterValue", message);
            case "codedeploy" -> new AwsError(codeDeployCode(), message);
            default -> new AwsError("ValidationException", "1 validation error detected: " + message);
        };
    }

    /** CodeDeploy has an error of its own for each member. */
    private String codeDeployCode() {
        String first = member.split("\\.", 2)[0];
        String noun = first.equals("targetId")
                ? "DeploymentTargetId"
                : Character.toUpperCase(first.charAt(0)) + first.substring(1);
        return kind == Kind.MISSING ? noun + "RequiredException" : "Invalid" + noun + "Exception";
    }
}
