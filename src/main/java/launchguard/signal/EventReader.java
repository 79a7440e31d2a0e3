package launchguard.signal;

import com.fasterxml.jackson.databind.JsonNode;
import launchguard.model.ActionToken;
import launchguard.model.CommandId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import launchguard.signal.Signal.CommandEnded;
import launchguard.signal.Signal.DeploymentEnded;
import launchguard.signal.Signal.InstanceDeployed;
import launchguard.signal.Signal.InstanceHeld;
import launchguard.signal.Signal.InstanceLaunched;
import launchguard.signal.Signal.LaunchFailed;
import launchguard.signal.Signal.NotOurs;
import launchguard.signal.Signal.Patched;

/**
 * Reads EventBridge events. Their {@code time} is never read: the services themselves are asked when something
 * happened.
 *
 * <p>Shapes: <a href="https://docs.aws.amazon.com/eventbridge/latest/ref/events.html">EventBridge reference</a>.
 */
final class EventReader {
    private EventReader() {}

    static Signal read(JsonNode event) throws UnreadableSignalException {
        String source = RequiredFields.text(event, "source");
        String type = RequiredFields.text(event, "detail-type");
        return switch (source + "/" + type) {
            case "aws.autoscaling/EC2 Instance Launch Successful" -> launched(detail(event));
            case "aws.autoscaling/EC2 Instance Launch Unsuccessful" -> launchFailed(detail(event));
            case "aws.autoscaling/EC2 Instance-launch Lifecycle Action" -> held(detail(event));
            case "aws.codedeploy/CodeDeploy Instance State-change Notification" -> instanceDeployed(detail(event));
            case "aws.codedeploy/CodeDeploy Deployment State-change Notification" -> deploymentEnded(detail(event));
            case "aws.ssm/EC2 Command Invocation Status-change Notification" -> commandEnded(detail(event));
            case "aws.ssm/EC2 State Manager Instance Association State Change" -> associationRan(detail(event));
            default ->
                new NotOurs(SenderText.quoted(type) + " of " + SenderText.quoted(source)
                        + " is not one of the events that Launch Guard takes");
        };
    }

    private static JsonNode detail(JsonNode event) throws UnreadableSignalException {
        JsonNode detail = event.path("detail");
        if (!detail.isObject()) {
            throw new UnreadableSignalException("\"detail\" of the event must be an object");
        }
        return detail;
    }

    private static Signal launched(JsonNode detail) throws UnreadableSignalException {
        // Older events have no Destination: they were all launches into the group itself.
        String destination =
                detail.has("Destination") ? RequiredFields.text(detail, "Destination") : "AutoScalingGroup";
        if (!destination.equals("AutoScalingGroup")) {
            return new NotOurs("launched into " + SenderText.quoted(destination)
                    + ", not into the group: nothing is deployed" + " there");
        }
        return new InstanceLaunched(
                new InstanceId(RequiredFields.text(detail, "EC2InstanceId")),
                new GroupName(RequiredFields.text(detail, "AutoScalingGroupName")));
    }

    /** If EC2 launched no instance, the event names none. */
    private static Signal launchFailed(JsonNode detail) throws UnreadableSignalException {
        String instance = detail.path("EC2InstanceId").asText();
        return instance.isEmpty()
                ? new NotOurs("the launch failed before there was an instance")
                : new LaunchFailed(
                        new InstanceId(instance), new GroupName(RequiredFields.text(detail, "AutoScalingGroupName")));
    }

    /** Origin, Destination and Action may be absent: then it is a plain launch into the group. */
    private static Signal held(JsonNode detail) throws UnreadableSignalException {
        String transition = RequiredFields.text(detail, "LifecycleTransition");
        if (!transition.equals("autoscaling:EC2_INSTANCE_LAUNCHING")) {
            return new NotOurs("the lifecycle action is of another transition: " + SenderText.quoted(transition));
        }
        String destination =
                detail.has("Destination") ? RequiredFields.text(detail, "Destination") : "AutoScalingGroup";
        boolean intoWarmPool = destination.equals("WarmPool");
        if (!intoWarmPool && !destination.equals("AutoScalingGroup")) {
            return new NotOurs("the lifecycle action has another destination: " + SenderText.quoted(destination));
        }
        return new InstanceHeld(
                new InstanceId(RequiredFields.text(detail, "EC2InstanceId")),
                new GroupName(RequiredFields.text(detail, "AutoScalingGroupName")),
                new HookName(RequiredFields.text(detail, "LifecycleHookName")),
                new ActionToken(RequiredFields.text(detail, "LifecycleActionToken")),
                intoWarmPool,
                detail.path("Action").asText().equals("ReplaceRootVolume"));
    }

    private static Signal instanceDeployed(JsonNode detail) throws UnreadableSignalException {
        String state = RequiredFields.text(detail, "state");
        if (!state.equals("SUCCESS") && !state.equals("FAILURE")) {
            return new NotOurs("the deployment on the instance has not ended: " + SenderText.quoted(state));
        }
        String instance = RequiredFields.text(detail, "instanceId");
        if (!instance.startsWith("i-")) {
            return new NotOurs("a deployment on a machine outside EC2");
        }
        return new InstanceDeployed(
                new InstanceId(instance),
                new DeploymentId(RequiredFields.text(detail, "deploymentId")),
                group(detail),
                state.equals("SUCCESS"));
    }

    private static Signal deploymentEnded(JsonNode detail) throws UnreadableSignalException {
        String state = RequiredFields.text(detail, "state");
        if (!state.equals("SUCCESS") && !state.equals("FAILURE") && !state.equals("STOP")) {
            return new NotOurs("the deployment has not ended: " + SenderText.quoted(state));
        }
        return new DeploymentEnded(new DeploymentId(RequiredFields.text(detail, "deploymentId")), group(detail));
    }

    private static DeploymentGroup group(JsonNode detail) throws UnreadableSignalException {
        return new DeploymentGroup(
                RequiredFields.text(detail, "application"),
                RequiredFields.text(detail, "deploymentGroup"),
                RequiredFields.text(detail, "instanceGroupId"));
    }

    private static Signal commandEnded(JsonNode detail) throws UnreadableSignalException {
        String instance = RequiredFields.text(detail, "instance-id");
        if (instance.startsWith("mi-")) {
            return new NotOurs("a command on a machine outside EC2");
        }
        return switch (RequiredFields.text(detail, "status")) {
            case "Pending", "InProgress", "Delayed", "Cancelling" ->
                new NotOurs("the command has not ended: " + RequiredFields.text(detail, "status"));
            default -> commandEnded(new InstanceId(instance), detail);
        };
    }

    private static Signal commandEnded(InstanceId instance, JsonNode detail) throws UnreadableSignalException {
        CommandId command = new CommandId(RequiredFields.text(detail, "command-id"));
        String document = RequiredFields.text(detail, "document-name");
        return patches(document)
                ? new Patched(instance, SenderText.plain(document + " " + command))
                : new CommandEnded(instance, command, document);
    }

    /** A failed patching may have replaced packages, too. */
    private static Signal associationRan(JsonNode detail) throws UnreadableSignalException {
        String instance = RequiredFields.text(detail, "instance-id");
        String document = RequiredFields.text(detail, "document-name");
        String status = RequiredFields.text(detail, "status");
        if (!instance.startsWith("i-") || !patches(document)) {
            return new NotOurs(
                    "the association does not patch an EC2 instance: it runs " + SenderText.quoted(document));
        }
        if (status.equals("Pending") || status.equals("InProgress")) {
            return new NotOurs("the association has not ended: " + status);
        }
        return new Patched(
                new InstanceId(instance),
                SenderText.plain(document + " " + RequiredFields.text(detail, "association-id") + " "
                        + detail.path("last-execution-date").asText()));
    }

    /** The documents of Patch Manager, as the stack's rule has them. */
    private static boolean patches(String document) {
        return document.startsWith("AWS-RunPatchBaseline") || document.startsWith("AWS-PatchInstance");
    }
}
