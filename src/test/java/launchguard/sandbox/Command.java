package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import launchguard.sandbox.wire.Json;
import launchguard.template.Template;
import org.jspecify.annotations.Nullable;

/** A command of SSM, with one invocation for each instance. */
public final class Command {
    private static final Set<String> UNFINISHED = Set.of("Pending", "InProgress", "Delayed", "Cancelling");
    final String id;
    final Template.Document document;
    final String script;
    final Map<String, List<String>> parameters;
    final String comment;
    final Duration timeout;
    final Instant requestedAt;
    final Map<String, Invocation> invocations = new LinkedHashMap<>();

    Command(
            String id,
            Template.Document document,
            Map<String, List<String>> parameters,
            String comment,
            Duration timeout,
            Instant requestedAt) {
        this.id = id;
        this.document = document;
        this.script = Documents.script(document, parameters);
        this.parameters = parameters;
        this.comment = comment;
        this.timeout = timeout;
        this.requestedAt = requestedAt;
    }

    /** The command on one instance. */
    static final class Invocation {
        final String instance;
        int missesLeft;
        String status = "Pending";
        String details = "Pending";
        int responseCode = -1;
        String stdout = "";
        String stderr = "";

        @Nullable
        Instant startedAt;

        @Nullable
        Instant endedAt;

        Invocation(String instance, int missesLeft) {
            this.instance = instance;
            this.missesLeft = missesLeft;
        }

        boolean finished() {
            return !UNFINISHED.contains(status);
        }
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** The name of its document. */
    public String documentName() {
        return document.name();
    }

    /** What its sender wrote. */
    public String comment() {
        return comment;
    }

    /** The parameters that were given. */
    public Map<String, List<String>> parameters() {
        return parameters;
    }

    /** The instances that it was sent to. */
    public Set<String> instances() {
        return invocations.keySet();
    }

    /** The status of the whole command: the worst of its instances. */
    public String status() {
        List<Invocation> all = List.copyOf(invocations.values());
        if (all.stream().anyMatch(each -> !each.finished())) {
            return all.stream().allMatch(each -> each.status.equals("Pending")) ? "Pending" : "InProgress";
        }
        return List.of("Cancelled", "Failed", "TimedOut").stream()
                .filter(status -> all.stream().anyMatch(each -> each.status.equals(status)))
                .findFirst()
                .orElse("Success");
    }

    /** When it was sent. */
    public Instant requestedAt() {
        return requestedAt;
    }

    /** Whether it has ended on that instance. */
    public boolean endedOn(String instance) {
        Invocation invocation = invocations.get(instance);
        return invocation != null && invocation.finished();
    }

    /** When it ended on that instance, if it did. */
    public Optional<Instant> endOn(String instance) {
        return Optional.ofNullable(invocations.get(instance)).map(invocation -> invocation.endedAt);
    }

    /** What it printed on that instance, if it ended there with success. */
    public Optional<String> printedOn(String instance) {
        return Optional.ofNullable(invocations.get(instance))
                .filter(invocation -> invocation.status.equals("Success"))
                .map(invocation -> invocation.stdout);
    }

    /** What its script wrote on that instance as errors. */
    public Optional<String> complainedOn(String instance) {
        return Optional.ofNullable(invocations.get(instance)).map(invocation -> invocation.stderr);
    }

    boolean visibleOn(String instance) {
        return invocations.containsKey(instance);
    }

    /** What the API shows of it. */
    ObjectNode info() {
        long errors = invocations.values().stream()
                .filter(each -> each.finished() && !each.status.equals("Success"))
                .count();
        return Json.object(
                "CommandId",
                id,
                "DocumentName",
                document.name(),
                "DocumentVersion",
                "$DEFAULT",
                "Comment",
                comment,
                "ExpiresAfter",
                requestedAt.plus(timeout).plus(document.timeout()),
                "Parameters",
                parameters,
                "InstanceIds",
                invocations.keySet(),
                "Targets",
                List.of(),
                "RequestedDateTime",
                requestedAt,
                "Status",
                status(),
                "StatusDetails",
                status(),
                "MaxConcurrency",
                "50",
                "MaxErrors",
                "0",
                "TargetCount",
                invocations.size(),
                "CompletedCount",
                invocations.values().stream().filter(Invocation::finished).count(),
                "ErrorCount",
                errors,
                "DeliveryTimedOutCount",
                0,
                "TimeoutSeconds",
                timeout.toSeconds(),
                "OutputS3BucketName",
                "",
                "OutputS3KeyPrefix",
                "",
                "ServiceRole",
                "",
                "NotificationConfig",
                Map.of("NotificationArn", "", "NotificationEvents", List.of(), "NotificationType", ""),
                "CloudWatchOutputConfig",
                InvocationView.NO_LOG_GROUP,
                "AlarmConfiguration",
                Map.of("IgnorePollAlarmFailure", false, "Alarms", List.of()),
                "TriggeredAlarms",
                List.of());
    }
}
