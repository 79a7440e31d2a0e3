package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import launchguard.cases.Status;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.report.PlainText;
import launchguard.sandbox.wire.Call;
import launchguard.verdict.Staleness;

/** Short words for the demo's events; empty ones for unimportant events. */
final class DemoWords {
    private DemoWords() {}

    static String event(JsonNode event) {
        JsonNode detail = event.path("detail");
        return switch (event.path("source").asText()) {
            case "aws.codedeploy" ->
                "CodeDeploy: deployment " + text(detail, "deploymentId") + " " + text(detail, "state");
            case "aws.autoscaling" ->
                detail.has("LifecycleHookName")
                        ? "Auto Scaling: Pending:Wait, held by lifecycle hook " + text(detail, "LifecycleHookName")
                        : "Auto Scaling: " + event.path("detail-type").asText();
            case "aws.ec2" -> text(detail, "state").equals("running") ? "" : "EC2: " + text(detail, "state");
            case "aws.ssm" ->
                text(detail, "status").equals("InProgress")
                        ? ""
                        : "SSM: " + text(detail, "document-name") + " " + text(detail, "status");
            case "launch-guard" -> event.path("detail-type").asText() + " (to SNS, chat, anything)";
            default -> "";
        };
    }

    static String call(Call call) {
        JsonNode input = call.input();
        return switch (call.operation()) {
            case "SendCommand" ->
                "SSM SendCommand " + text(input, "DocumentName") + parameters(input.path("Parameters"));
            case "SetInstanceHealth" ->
                "Auto Scaling SetInstanceHealth " + text(input, "HealthStatus") + ", ShouldRespectGracePeriod="
                        + text(input, "ShouldRespectGracePeriod");
            case "CompleteLifecycleAction" ->
                "Auto Scaling CompleteLifecycleAction " + text(input, "LifecycleActionResult") + " of "
                        + text(input, "LifecycleHookName");
            case "CreateDeployment" -> "CodeDeploy CreateDeployment " + text(input, "deploymentGroupName");
            case "CreateTags" -> "EC2 CreateTags launch-guard:verdict, launch-guard:case";
            default -> "";
        };
    }

    private static String parameters(JsonNode parameters) {
        if (parameters.has("waitSeconds")) {
            return " (waits up to " + parameters.path("waitSeconds").path(0).asText() + " s for cloud-init)";
        }
        return " " + parameters.path("deploymentId").path(0).asText() + " pids="
                + parameters.path("pids").path(0).asText();
    }

    static List<String> seen(Evidence evidence) {
        List<String> seen = new ArrayList<>();
        Double finish = evidence.cloudInit().finishedUptime();
        seen.add("cloud-init " + evidence.cloudInit().state().name().toLowerCase(Locale.ROOT)
                + (finish == null ? "" : ", finished" + at(finish))
                + (Boolean.TRUE.equals(evidence.cloudInit().upgradedPackages()) ? ", upgraded packages" : ""));
        for (DeploymentTrace trace : evidence.deployments()) {
            Double start = trace.startedUptime();
            seen.add("deployment " + PlainText.word(trace.deploymentId())
                    + (start == null ? "" : " started" + at(start)));
        }
        for (JdkPackage jdk : evidence.packages() == null ? List.<JdkPackage>of() : evidence.packages()) {
            Double installed = jdk.installedUptime();
            if (installed != null && installed >= 0) {
                seen.add(PlainText.word(jdk.name()) + " installed" + at(installed));
            }
        }
        for (Jvm jvm : evidence.jvms() == null ? List.<Jvm>of() : evidence.jvms()) {
            seen.add(jvm(jvm));
        }
        return seen;
    }

    private static String jvm(Jvm jvm) {
        Double start = jvm.startedUptime();
        String state = !Staleness.stale(jvm)
                ? ", its JDK is in place"
                : jvm.javaHomeGone()
                        ? ", its JDK is gone (" + jvm.deletedMappings().size() + " mapped files deleted)"
                        : ", its JDK was replaced in place ("
                                + jvm.deletedMappings().size() + " mapped files deleted)";
        return "JVM pid " + jvm.pid() + (start == null ? "" : " started" + at(start))
                + (jvm.versionInUse() == null ? "" : ", " + PlainText.word(jvm.versionInUse())) + state;
    }

    /** What the case's timeline says of a call that has a line of its own. */
    static boolean saidByACall(String entry) {
        return entry.equals("probe sent")
                || entry.equals("the gate answered CONTINUE")
                || entry.contains(" sent as command ")
                || entry.equals("marked unhealthy");
    }

    static String entry(String entry, boolean first) {
        if (first) {
            return "case opened: " + entry;
        }
        return entry.startsWith("decided: ") ? entry + " (intent and reservation stored first)" : entry;
    }

    static String outcome(Status status) {
        return switch (status) {
            case CLOSED -> status + ", nothing to do";
            case REPAIRED -> status + ", proved by a new probe";
            case REPLACED -> status + " by Auto Scaling";
            case IGNORED, PROBING, WAITING, REFUSED, REMEDYING, REPORTED, ESCALATED, UNRESOLVED -> status.toString();
        };
    }

    private static String at(double seconds) {
        return String.format(Locale.ROOT, " at %.1f s", seconds);
    }

    private static String text(JsonNode parent, String name) {
        return PlainText.word(parent.path(name).asText());
    }
}
