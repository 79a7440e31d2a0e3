package launchguard.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.Finding;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a signal about one instance.
 *
 * @param instance null when the signal was about none
 * @param commandId the probe that is on its way; null when none is
 * @param caseId null when there is no case
 * @param gate the launch gate's wait; null where the instance is not gated
 */
public record Outcome(
        @Nullable InstanceId instance,
        Status status,
        Finding finding,
        @Nullable String commandId,
        @Nullable String caseId,
        @Nullable Held gate) {

    /**
     * How the launch gate's wait stands.
     *
     * @param seconds how long the instance was held, or had been held when something last happened to its case
     */
    public record Held(Gate.State state, long seconds) {
        static @Nullable Held of(Case current) {
            Gate gate = current.gate();
            return gate == null
                    ? null
                    : new Held(
                            gate.shown(),
                            gate.held(
                                            current.timeline().isEmpty()
                                                    ? current.openedAt()
                                                    : current.timeline()
                                                            .getLast()
                                                            .at())
                                    .toSeconds());
        }

        /** Adds the members of the contract. */
        public void put(ObjectNode json) {
            json.put("gate", state.name());
            json.put("heldSeconds", seconds);
        }
    }

    /** How the launch gate's wait of a case stands; null where its instance is not gated. */
    public static @Nullable Held held(Case current) {
        return Held.of(current);
    }

    /** About an instance that has no case. */
    public Outcome(InstanceId instance, Status status, Finding finding) {
        this(instance, status, finding, null, null, null);
    }

    /** Nothing to do, with the reason. */
    public static Outcome ignored(@Nullable InstanceId instance, String reason) {
        return new Outcome(instance, Status.IGNORED, Finding.NONE.because(reason), null, null, null);
    }

    /** Where a case stands. */
    public static Outcome of(Case current) {
        return new Outcome(
                current.id().instance(),
                current.status(),
                current.finding(),
                current.step() instanceof CaseStep.Probing probing
                        ? probing.command().value()
                        : null,
                current.id().toString(),
                Held.of(current));
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
        if (gate != null) {
            gate.put(json);
        }
        put(json, "caseId", caseId);
        put(json, "commandId", commandId);
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, PlainText.text(value));
        }
    }
}
