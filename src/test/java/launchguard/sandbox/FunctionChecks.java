package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.CallLog;
import launchguard.sandbox.wire.Checks;
import launchguard.template.IamRequest;
import launchguard.template.Role;

/** The function's calls take time, end with their invocation, and are denied where its role does not allow them. */
record FunctionChecks(
        SteppedClock clock, RunningInvocations running, Settings settings, IamRequests iamRequests, CallLog calls)
        implements Checks {
    @Override
    public boolean over(String caller) {
        return running.over(caller);
    }

    @Override
    public void passes(String caller, Call call, Instant since, Duration more) {
        running.passFrom(since, caller, settings.latency().apply(call).plus(more));
    }

    @Override
    public Optional<AwsError> denial(Call call) {
        synchronized (clock) {
            Role role = iamRequests.role();
            Optional<AwsError> denial = Optional.empty();
            for (IamRequest iamRequest : iamRequests.of(call)) {
                CalledActions.note(role, iamRequest);
                if (role.allows(iamRequest).isEmpty() && !role.heldByTag(iamRequest)) {
                    calls.addDenied(call.toString());
                }
                if (denial.isEmpty() && role.allows(iamRequest).isEmpty()) {
                    denial = Optional.of(error(call.service(), iamRequest));
                }
            }
            return denial;
        }
    }

    /** The denial in the service's own form. */
    private static AwsError error(String service, IamRequest iamRequest) {
        String message =
                "User: arn:aws:sts::" + Names.ACCOUNT + ":assumed-role/launch-guard/launch-guard is not authorized"
                        + " to perform: " + iamRequest.action() + " on resource: " + iamRequest.resource()
                        + " because no identity-based policy allows the " + iamRequest.action() + " action";
        return switch (service) {
            case "ec2" ->
                new AwsError(
                        403, "UnauthorizedOperation", "You are not authorized to perform this operation. " + message);
            case "autoscaling", "sqs" -> new AwsError(403, "AccessDenied", message);
            default -> new AwsError("AccessDeniedException", message);
        };
    }
}
