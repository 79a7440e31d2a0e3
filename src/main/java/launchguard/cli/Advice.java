package launchguard.cli;

import java.net.UnknownHostException;
import launchguard.aws.AwsFailureException;

/** What a person at a terminal can do about a call to AWS that failed. */
final class Advice {
    private Advice() {}

    private static boolean unknownHost(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    /** A sentence; empty where nothing better is known than what AWS itself says. */
    static String of(AwsFailureException fault, String region) {
        return switch (fault.code()) {
            case "InvalidDocument" ->
                "Launch Guard's stack is not installed in " + region + " of this account, or its documents have another"
                        + " prefix: look at --region and --profile, or give --document-prefix.";
            case "InvalidParameters", "InvalidDocumentVersion" ->
                "The stack's probe document is of another version than this command: deploy the stack again.";
            case "ResourceNotFoundException" ->
                "There is no such table, function or log in " + region
                        + " of this account: look at --region and --profile, and"
                        + " at the stack's outputs TableName, FunctionName and LogGroupName.";
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
            case "ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException" ->
                "Ask again in a minute.";
            case "" ->
                unknownHost(fault)
                        ? "That address has no entry in DNS: is " + region
                                + " a region of AWS (--region), and does this" + " machine reach a name server?"
                        : "No answer came: look at the network, at --region (" + region
                                + " now) and at AWS_ENDPOINT_URL where it" + " is set.";
            default ->
                fault.denied() ? "The credentials in use lack that permission: have it added, or use others." : "";
        };
    }
}
