package launchguard.flow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import launchguard.cases.Case;
import launchguard.cases.NotificationCounts;
import launchguard.probe.Evidence;
import launchguard.report.CaseWording;
import launchguard.report.Facts;
import launchguard.report.GateWording;
import launchguard.report.GroupWording;
import launchguard.report.Outcome;
import launchguard.report.Plain;
import launchguard.report.RestartWording;
import org.jspecify.annotations.Nullable;

/** What an event of ours says of a case or of a group: every text fits into EventBridge's templates, which escape nothing. */
final class EventDetail {
    private EventDetail() {}

    static ObjectNode of(Case one, Instant at) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.put("caseId", one.id().toString());
        detail.put("instanceId", one.id().instance().value());
        detail.put("autoScalingGroup", Plain.quotable(one.group().value()));
        put(
                detail,
                "deploymentId",
                one.deployment() == null ? null : one.deployment().value());
        detail.put("status", one.status().name());
        put(detail, "verdict", one.finding().verdict());
        if (one.finding().marginSeconds() != null) {
            detail.put("marginSeconds", Math.round(one.finding().marginSeconds() * 100) / 100.0);
        }
        Outcome.Held held = Outcome.held(one);
        if (held != null) {
            held.put(detail);
        }
        put(detail, "action", one.finding().action());
        put(detail, "refusal", one.finding().refusal());
        put(detail, "would", one.finding().would());
        put(detail, "reason", reason(one));
        Evidence evidence = Remembered.first(one);
        put(detail, "known", Facts.known(evidence));
        put(detail, "done", CaseWording.did(one));
        put(detail, "prevention", CaseWording.prevention(one, evidence));
        if (one.afterPatch() != null) {
            detail.put("afterPatch", true);
        }
        detail.put("at", at.toString());
        return detail;
    }

    /** As {@link #of(Case, Instant)}, with how to restart what is stale after patching. */
    static ObjectNode stale(Case one, Instant at, String restart) {
        ObjectNode detail = of(one, at);
        put(detail, "restart", restart);
        put(detail, "prevention", RestartWording.prevention());
        return detail;
    }

    /** As {@link #of(Case, Instant)}, of an action that is tried again then; the notices that people get hold the reason. */
    static ObjectNode refused(Case one, Instant at, Instant next) {
        ObjectNode detail = of(one, at);
        Instant second = next.truncatedTo(ChronoUnit.SECONDS);
        detail.put("nextTry", second.toString());
        String reason = reason(one);
        put(detail, "reason", (reason == null ? "" : reason + " ") + "Next try: " + second + ".");
        return detail;
    }

    /** Whoever reads of a broken instance wants to know first whether anybody is served by it. */
    private static @Nullable String reason(Case one) {
        String reason = one.finding().reason();
        return reason == null || !one.held() ? reason : reason + " " + GateWording.sentence(one);
    }

    /** How often each kind of news came from a group's cases in one window. */
    static ObjectNode of(NotificationCounts tally, Instant at) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.put("autoScalingGroup", Plain.quotable(tally.group().value()));
        detail.put("since", String.valueOf(tally.since()));
        ObjectNode counts = detail.putObject("counts");
        ArrayNode repeated = detail.putArray("kinds");
        new TreeMap<>(tally.counts()).forEach((kind, count) -> {
            counts.put(kind, count);
            if (count > 1) {
                repeated.add(kind);
            }
        });
        put(detail, "summary", GroupWording.summary(tally.counts()));
        detail.put("at", at.toString());
        return detail;
    }

    private static void put(ObjectNode detail, String name, @Nullable String value) {
        if (value != null) {
            detail.put(name, Plain.quotable(value));
        }
    }
}
