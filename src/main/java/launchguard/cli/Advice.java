package launchguard.cli;

import launchguard.aws.AwsFailureException;

/** What somebody at a terminal can do about a call that AWS did not answer as hoped. */
final class Advice {
    private Advice() {}

    /** A sentence; empty where nothing better is known than what AWS itself says. */
    static String of(AwsFailureException fault, String region) {
        return switch (fault.code()) {
            case "InvalidDocument" ->
                "Launch Guard's stack is not installed in " + region + " of this account, or its documents have another"
                        + " prefix: look at --region and --profile, or give --document-prefix.";
            case "InvalidParameters", "InvalidDocumentVersion" ->
                "The stack's probe document is of another version than this command: deploy the stack again.";
            case "UnsupportedPlatformType" -> "The probe runs on Linux instances only.";
            case "ExpiredToken",
                    "ExpiredTokenException",
                    "RequestExpired",
                    "UnrecognizedClientException",
                    "InvalidClientTokenId",
                    "InvalidSignatureException",
                    "SignatureDoesNotMatch",
                    "AuthFailure" ->
                "The credentials are not valid, or no longer: sign in again, look at --profile and at this machine's"
                        + " clock.";
            case "ThrottlingException", "Throttling", "RequestLimitExceeded" -> "Ask again in a minute.";
            case "" ->
                "No answer came: look at the network, at --region (" + region + " now) and at AWS_ENDPOINT_URL where it"
                        + " is set.";
            default ->
                fault.denied() ? "The credentials in use lack that permission: have it added, or use others." : "";
        };
    }
}
