package launchguard.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a signal about one instance.
 *
 * @param instance null when the signal was about none
 * @param commandId the probe that is on its way; null when none is
 * @param caseId null when there is no case
 */
public record Outcome(
        @Nullable InstanceId instance,
        Status status,
        Finding finding,
        @Nullable String commandId,
        @Nullable String caseId) {

    /** Nothing to do, with the reason. */
    public static Outcome ignored(@Nullable InstanceId instance, String reason) {
        return new Outcome(instance, Status.IGNORED, Finding.NONE.because(reason), null, null);
    }

    /** Where a case stands. */
    public static Outcome of(Case one) {
        return new Outcome(
                one.id().instance(),
                one.status(),
                one.finding(),
                one.step() instanceof CaseStep.Probing probing
                        ? probing.command().value()
                        : null,
                one.id().toString());
    }

    /** The outcome object of the contract; absent parts are left out. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "instanceId", instance == null ? null : instance.value());
        json.put("status", status.name());
        put(json, "verdict", finding.verdict());
        if (finding.marginSeconds() != null) {
            json.put("marginSeconds", Math.round(finding.marginSeconds() * 100) / 100.0);
        }
        if (finding.marginUncertain()) {
            json.put("marginUncertain", true);
        }
        put(json, "reason", finding.reason());
        put(json, "action", finding.action());
        put(json, "refusal", finding.refusal());
        put(json, "would", finding.would());
        put(json, "caseId", caseId);
        put(json, "commandId", commandId);
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, Plain.text(value));
        }
    }
}
