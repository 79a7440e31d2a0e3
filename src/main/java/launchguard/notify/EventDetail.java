package launchguard.notify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import launchguard.cases.Case;
import launchguard.cases.FailedLaunch;
import launchguard.cases.FailedLaunches;
import launchguard.cases.NotificationCounts;
import launchguard.probe.Evidence;
import launchguard.report.CaseWording;
import launchguard.report.FactsWording;
import launchguard.report.GateWording;
import launchguard.report.GroupWording;
import launchguard.report.Outcome;
import launchguard.report.PlainText;
import launchguard.report.RestartWording;
import launchguard.store.StoredEvidence;
import org.jspecify.annotations.Nullable;

/** The detail of an event about a case or a group: every text fits into EventBridge's templates, which escape nothing. */
public final class EventDetail {
    /** Raised when a member is renamed or dropped or changes its meaning, not when one is added. */
    private static final int SCHEMA_VERSION = 1;

    private EventDetail() {}

    private static ObjectNode begun() {
        return JsonNodeFactory.instance.objectNode().put("schemaVersion", SCHEMA_VERSION);
    }

    static ObjectNode of(Case current, Instant at) {
        ObjectNode detail = begun();
        detail.put("caseId", current.id().toString());
        detail.put("instanceId", current.id().instance().value());
        detail.put("autoScalingGroup", PlainText.quotable(current.group().value()));
        put(
                detail,
                "deploymentId",
                current.deployment() == null ? null : current.deployment().value());
        detail.put("status", current.status().name());
        put(detail, "verdict", current.finding().verdict());
        if (current.finding().marginSeconds() != null) {
            detail.put("marginSeconds", Math.round(current.finding().marginSeconds() * 100) / 100.0);
        }
        Outcome.Held held = Outcome.held(current);
        if (held != null) {
            held.put(detail);
        }
        put(detail, "action", current.finding().action());
        put(detail, "refusal", current.finding().refusal());
        put(detail, "would", current.finding().would());
        put(detail, "reason", reason(current));
        Evidence evidence = StoredEvidence.first(current);
        put(detail, "known", FactsWording.known(evidence));
        put(detail, "done", CaseWording.did(current));
        put(detail, "prevention", CaseWording.prevention(current, evidence));
        if (current.afterPatch() != null) {
            detail.put("afterPatch", true);
        }
        detail.put("at", at.toString());
        return detail;
    }

    /** As {@link #of(Case, Instant)}, with how to restart what is stale after patching. */
    static ObjectNode stale(Case current, Instant at, String restart) {
        ObjectNode detail = of(current, at);
        put(detail, "restart", restart);
        put(detail, "prevention", RestartWording.prevention());
        return detail;
    }

    /** As {@link #of(Case, Instant)}, for an action that is tried again at that time, which the reason says, too. */
    static ObjectNode refused(Case current, Instant at, Instant next) {
        ObjectNode detail = of(current, at);
        Instant second = next.truncatedTo(ChronoUnit.SECONDS);
        detail.put("nextTry", second.toString());
        String reason = reason(current);
        put(detail, "reason", (reason == null ? "" : reason + " ") + "Next try: " + second + ".");
        return detail;
    }

    /**
     * The reason, and whether the gate holds the instance: the reader wants to know first whether a broken instance
     * serves requests.
     */
    private static @Nullable String reason(Case current) {
        String reason = current.finding().reason();
        return reason == null || !current.held() ? reason : reason + " " + GateWording.sentence(current);
    }

    /** How often each kind of notification came from a group's cases in one window. */
    static ObjectNode of(NotificationCounts notifications, Instant at) {
        ObjectNode detail = begun();
        detail.put("autoScalingGroup", PlainText.quotable(notifications.group().value()));
        detail.put("since", String.valueOf(notifications.since()));
        ObjectNode counts = detail.putObject("counts");
        ArrayNode repeated = detail.putArray("kinds");
        new TreeMap<>(notifications.counts()).forEach((kind, count) -> {
            counts.put(kind, count);
            if (count > 1) {
                repeated.add(kind);
            }
        });
        put(detail, "summary", GroupWording.summary(notifications.counts()));
        detail.put("at", at.toString());
        return detail;
    }

    /** How many launches of one version failed, and of how many of them a reason is known. */
    public static ObjectNode of(FailedLaunches failed, int replaced, int missing, int unknown, Instant at) {
        ObjectNode detail = begun();
        detail.put("autoScalingGroup", PlainText.quotable(failed.group().value()));
        detail.put("launchTemplate", PlainText.quotable(failed.template()));
        detail.put("launches", failed.launches().size());
        ArrayNode events = detail.putArray("lifecycleEvents");
        List<String> names = failed.launches().stream()
                .map(FailedLaunch::event)
                .filter(Objects::nonNull)
                .map(PlainText::quotable)
                .distinct()
                .sorted()
                .toList();
        names.forEach(events::add);
        detail.put("jdkReplaced", replaced);
        detail.put("javaMissing", missing);
        put(detail, "summary", GroupWording.launchesFailed(failed, names, replaced, missing, unknown));
        detail.put("since", failed.launches().getFirst().at().toString());
        detail.put("at", at.toString());
        return detail;
    }

    private static void put(ObjectNode detail, String name, @Nullable String value) {
        if (value != null) {
            detail.put(name, PlainText.quotable(value));
        }
    }
}
