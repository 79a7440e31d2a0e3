package launchguard.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.Observation;
import launchguard.cases.TimelineEntry;
import launchguard.guard.Attempt;
import org.jspecify.annotations.Nullable;

/** Writes a case as JSON: the outcome object of the contract, and what led to it. */
public final class CaseSummary {
    private CaseSummary() {}

    /** The members that a list of cases shows. */
    public static ObjectNode row(Case current) {
        ObjectNode json = Outcome.of(current).json();
        json.put("autoScalingGroup", current.group().value());
        json.put("openedAt", current.openedAt().toString());
        Observation first = first(current);
        if (first != null) {
            json.put("firstVerdict", first.verdict());
            if (first.marginSeconds() != null) {
                json.put("launchMarginSeconds", Math.round(first.marginSeconds() * 1000) / 1000.0);
            }
        }
        json.put("remedies", remedies(current));
        return json;
    }

    /** Everything but the evidence itself. */
    public static ObjectNode whole(Case current) {
        ObjectNode json = row(current);
        if (current.deployment() != null) {
            json.put("deploymentId", current.deployment().value());
        }
        json.put("done", CaseWording.done(current));
        ArrayNode looks = json.putArray("looks");
        for (Observation seen : observations(current)) {
            ObjectNode look = looks.addObject();
            look.put("at", seen.at().toString());
            look.put("verdict", seen.verdict());
            if (seen.marginSeconds() != null) {
                look.put("marginSeconds", seen.marginSeconds());
            }
            look.put("reason", seen.reason());
        }
        ArrayNode attempts = json.putArray("attempts");
        for (Attempt attempt : current.attempts()) {
            attempts.addObject()
                    .put("number", attempt.number())
                    .put("rung", rung(attempt))
                    .put("end", attempt.end().name());
        }
        ArrayNode timeline = json.putArray("timeline");
        for (TimelineEntry entry : current.timeline()) {
            timeline.addObject().put("at", entry.at().toString()).put("what", entry.what());
        }
        return json;
    }

    /** The results of the probes, oldest first; none in a case that an older version stored. */
    public static List<Observation> observations(Case current) {
        List<Observation> looks = current.memory().looks();
        return looks == null ? List.of() : looks;
    }

    /**
     * A finding and its time.
     *
     * @param at when it was first found so
     * @param reason in words
     */
    public record Found(Instant at, String reason) {}

    /** What happened, in the order in which it was found, each once; the last finding of the case comes last. */
    public static List<Found> found(Case current) {
        Map<String, Instant> reasons = new LinkedHashMap<>();
        observations(current).forEach(look -> reasons.putIfAbsent(look.reason(), look.at()));
        String last = current.finding().reason();
        if (last != null) {
            Instant at = reasons.entrySet().stream()
                    .filter(reason -> last.startsWith(reason.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseGet(() -> current.timeline().isEmpty()
                            ? current.openedAt()
                            : current.timeline().getLast().at());
            reasons.keySet().removeIf(last::startsWith);
            reasons.put(last, at);
        }
        return reasons.entrySet().stream()
                .map(reason -> new Found(reason.getValue(), reason.getKey()))
                .toList();
    }

    /** The same as sentences, each with the time since the launch at which it was found; a single one has no time. */
    public static List<String> findings(Case current) {
        List<Found> found = found(current);
        List<String> sentences = new ArrayList<>();
        for (Found part : found) {
            boolean last = sentences.size() == found.size() - 1;
            String key = sentences.isEmpty()
                    ? "observed.first"
                    : !last ? "observed.then" : current.ended() ? "observed.end" : "observed.now";
            Duration since = Duration.between(current.id().launchedAt(), part.at());
            sentences.add(
                    found.size() == 1
                            ? part.reason()
                            : Sentences.say(key, Map.of("since", PlainText.span(since), "reason", part.reason())));
        }
        return sentences;
    }

    /** Every verdict that the case has had. */
    public static Set<String> verdicts(Case current) {
        Set<String> verdicts = new HashSet<>();
        observations(current).forEach(look -> verdicts.add(look.verdict()));
        if (current.finding().verdict() != null) {
            verdicts.add(current.finding().verdict());
        }
        return verdicts;
    }

    private static @Nullable Observation first(Case current) {
        return observations(current).stream().findFirst().orElse(null);
    }

    /** The rungs that were taken, with their ends. */
    public static String remedies(Case current) {
        StringBuilder text = new StringBuilder();
        for (Attempt attempt : current.attempts()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(rung(attempt))
                    .append(' ')
                    .append(attempt.end().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    private static String rung(Attempt attempt) {
        return attempt.action().rung().name().toLowerCase(Locale.ROOT);
    }
}
