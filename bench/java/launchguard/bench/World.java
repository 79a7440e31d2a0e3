package launchguard.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;
import launchguard.template.Template;

/** The sandbox with instances that were launched ten minutes ago and were not probed yet. */
final class World implements AutoCloseable {
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final Duration AGE = Duration.ofMinutes(10);

    final Sandbox aws = Sandbox.start().from(Instant.now().minus(AGE));
    private final Deque<Instance> empty = new ArrayDeque<>();
    private final Deque<Instance> deployed = new ArrayDeque<>();

    World(int empties, int deployments) {
        aws.commands().runner(ScriptRunner.replaying());
        for (int i = 0; i < empties; i++) {
            empty.add(aws.group("web").launch(Image.EMPTY));
        }
        for (int i = 0; i < deployments; i++) {
            deployed.add(aws.group("web").launch(HEALTHY));
        }
        aws.advance(AGE);
    }

    Instance empty() {
        return empty.remove();
    }

    Instance deployed() {
        return deployed.remove();
    }

    URI endpoint() {
        return URI.create(aws.environment().getOrDefault("AWS_ENDPOINT_URL", ""));
    }

    Map<String, String> environment() {
        Map<String, String> environment =
                new TreeMap<>(Template.read(Path.of("template.yaml"), Map.of()).functionEnvironment());
        environment.putAll(aws.environment());
        return environment;
    }

    /** CodeDeploy's event of a deployment that succeeded on it. */
    static String deployedEvent(Instance instance) {
        ObjectNode detail = succeeded(instance.launchDeployment().orElse("d-BENCH0001"));
        detail.put("instanceId", instance.id());
        return event("aws.codedeploy", "CodeDeploy Instance State-change Notification", detail);
    }

    /** CodeDeploy's event of the whole deployment. */
    static String endedEvent(Instance instance) {
        return event(
                "aws.codedeploy",
                "CodeDeploy Deployment State-change Notification",
                succeeded(instance.launchDeployment().orElseThrow()));
    }

    private static ObjectNode succeeded(String deployment) {
        return Json.object(
                "state", "SUCCESS",
                "application", "rest-api",
                "deploymentId", deployment,
                "instanceGroupId", "3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01",
                "deploymentGroup", "prod");
    }

    /** Auto Scaling's event of the launch. */
    static String launchedEvent(Instance instance) {
        return event(
                "aws.autoscaling",
                "EC2 Instance Launch Successful",
                Json.object(
                        "EC2InstanceId",
                        instance.id(),
                        "AutoScalingGroupName",
                        instance.group(),
                        "Origin",
                        "EC2",
                        "Destination",
                        "AutoScalingGroup"));
    }

    private static String event(String source, String type, ObjectNode detail) {
        ObjectNode event = Json.object(
                "version",
                "0",
                "source",
                source,
                "detail-type",
                type,
                "account",
                "123456789012",
                "region",
                "ap-northeast-1",
                "time",
                Instant.now().toString());
        event.set("detail", detail);
        return event.toString();
    }

    /** The recheck that the function has sent to itself for this instance. */
    String recheck(Instance instance) {
        return aws.queue().messages().stream()
                .map(message -> message.body())
                .filter(text -> text.contains("launch-guard.recheck") && text.contains(instance.id()))
                .findFirst()
                .orElseThrow();
    }

    /** Run Command's event of a probe's end. */
    static String probedEvent(Instance instance, String command) {
        return event(
                "aws.ssm",
                "EC2 Command Invocation Status-change Notification",
                Json.object(
                        "command-id",
                        command,
                        "document-name",
                        "LaunchGuard-Probe",
                        "instance-id",
                        instance.id(),
                        "status",
                        "Success"));
    }

    /** As the queue hands it out. */
    static String batch(String event) {
        ObjectNode record = Json.object(
                // One of its own for each: the function takes another with the same for the same message, come again.
                "messageId", UUID.randomUUID().toString(),
                "receiptHandle", "AQEB",
                "body", event,
                "eventSource", "aws:sqs",
                "awsRegion", "ap-northeast-1");
        return Json.object("Records", java.util.List.of(record)).toString();
    }

    /** The command that a probe of this instance was. */
    String command(Instance instance) {
        return aws.commands().all().stream()
                .filter(command -> command.instances().contains(instance.id()))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Override
    public void close() {
        aws.close();
    }
}
