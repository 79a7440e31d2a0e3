package launchguard.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every metric name, in CloudWatch's embedded metric format.
 *
 * <p>Format: <a
 * href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">specification</a>.
 */
public final class Metrics {
    private static final String NAMESPACE = "LaunchGuard";

    private final CaseLog caseLog;
    private final String service;

    /** {@code service} is the stack's document prefix, which keeps two stacks of one account apart. */
    public Metrics(CaseLog caseLog, String service) {
        this.caseLog = caseLog;
        this.service = service;
    }

    /** A case was opened. */
    public void launch(Instant at) {
        put(at, "Launches", 1, "Count", Map.of());
    }

    /** A verdict was reached. */
    public void verdict(Instant at, String verdict) {
        put(at, "Verdicts", 1, "Count", Map.of("Verdict", verdict));
    }

    /** Deployment start minus cloud-init finish. */
    public void margin(Instant at, String group, double seconds) {
        put(at, "RaceMarginSeconds", seconds, "Seconds", Map.of("AutoScalingGroup", PlainText.text(group)));
    }

    /** From cloud-init's end to the first verdict of a launch. */
    public void detectionDelay(Instant at, double seconds) {
        put(at, "DetectionDelay", seconds, "Seconds", Map.of());
    }

    /** A case in which something was done has ended. */
    public void remediation(Instant at, String outcome) {
        put(at, "RemediationOutcome", 1, "Count", Map.of("Outcome", outcome));
    }

    /** An action was held back. */
    public void skipped(Instant at, String refusal) {
        put(at, "RemediationSkipped", 1, "Count", Map.of("Reason", refusal));
    }

    /** How long ago the oldest of the open cases was opened; 0 when none is open. */
    public void oldestOpen(Instant at, double seconds) {
        put(at, "OldestOpenCaseSeconds", seconds, "Seconds", Map.of());
    }

    /**
     * The launch gate's wait of an instance is over.
     *
     * @param end PROVED, UNPROVED, ABANDONED, EXPIRED where the hook's timeout took its default result, or GONE where the
     *     wait was over without our answer for another reason
     */
    public void held(Instant at, String end, Duration held) {
        put(at, "GateHeldSeconds", held.toMillis() / 1000.0, "Seconds", Map.of("Gate", end));
    }

    /** How long the launch gate has held the instance that it holds longest; sent only while it holds any. */
    public void oldestHeld(Instant at, Duration held) {
        put(at, "OldestHeldSeconds", held.toMillis() / 1000.0, "Seconds", Map.of());
    }

    private void put(Instant at, String name, double value, String unit, Map<String, String> more) {
        Map<String, String> dimensions = new LinkedHashMap<>();
        dimensions.put("Service", service);
        dimensions.putAll(more);
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        ObjectNode aws = line.putObject("_aws");
        aws.put("Timestamp", at.toEpochMilli());
        ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
        directive.put("Namespace", NAMESPACE);
        ArrayNode keys = directive.putArray("Dimensions").addArray();
        dimensions.keySet().forEach(keys::add);
        directive.putArray("Metrics").addObject().put("Name", name).put("Unit", unit);
        dimensions.forEach(line::put);
        line.put(name, value);
        caseLog.line(line);
    }
}
