package launchguard.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/** The log: one JSON line for each step, with keys that do not change. */
public final class CaseLog {
    private static final String SERVICE = "launch-guard";

    private final PrintStream out;

    /** Lambda takes what is printed to standard output. */
    public CaseLog(PrintStream out) {
        this.out = out;
    }

    /** One step of a case. */
    public void step(Instant at, Case current, String message) {
        ObjectNode line = line(at, "INFO", message);
        line.put("instanceId", current.id().instance().value());
        line.put("autoScalingGroup", PlainText.text(current.group().value()));
        line.put("caseId", current.id().toString());
        put(
                line,
                "deploymentId",
                current.deployment() == null ? null : current.deployment().value());
        put(line, "verdict", current.finding().verdict());
        put(line, "action", current.finding().action());
        put(line, "refusal", current.finding().refusal());
        put(line, "would", current.finding().would());
        line.put("outcome", current.status().name());
        // REFUSED is a status of open cases and of ended ones.
        line.put("state", current.ended() ? "ended" : "open");
        put(line, "reason", current.finding().reason());
        line.put("attempt", current.attempts().size());
        out.println(line);
    }

    /** Something about a whole group. */
    public void group(Instant at, GroupName group, String message, String reason) {
        ObjectNode line = line(at, "INFO", message);
        line.put("autoScalingGroup", PlainText.text(group.value()));
        put(line, "reason", reason);
        out.println(line);
    }

    /** A signal that led to nothing. */
    public void ignored(Instant at, @Nullable InstanceId instance, String reason) {
        ObjectNode line = line(at, "INFO", "ignored");
        put(line, "instanceId", instance == null ? null : instance.value());
        put(line, "reason", reason);
        out.println(line);
    }

    /** Messages that are put off. */
    public void waiting(Instant at, int messages, String reason) {
        ObjectNode line = line(at, "INFO", messages + (messages == 1 ? " message waits" : " messages wait"));
        put(line, "reason", reason);
        out.println(line);
    }

    /** A fault; the caller gets it too, so that the message is delivered again. */
    public void fault(Instant at, String what, Throwable fault) {
        ObjectNode line = line(at, "ERROR", what);
        ObjectNode error = line.putObject("error");
        error.put("name", fault.getClass().getSimpleName());
        put(error, "message", fault.getMessage());
        out.println(line);
    }

    /** A line that is JSON already: embedded metrics. */
    public void line(ObjectNode json) {
        out.println(json);
    }

    private static ObjectNode line(Instant at, String level, String message) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("timestamp", at.toString());
        line.put("level", level);
        line.put("service", SERVICE);
        line.put("message", PlainText.text(message));
        return line;
    }

    private static void put(ObjectNode line, String key, @Nullable String value) {
        if (value != null) {
            line.put(key, PlainText.text(value));
        }
    }
}
