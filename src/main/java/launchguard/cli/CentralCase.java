package launchguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.pages.OrganizationPage;
import launchguard.report.PlainText;

/** A case of any account, put together from its events, which come in any order and more than once. */
record CentralCase(String account, String region, List<JsonNode> details) {
    static final List<String> SHOWN = List.of(
            "account",
            "region",
            "autoScalingGroup",
            "instanceId",
            "lastEventAt",
            "status",
            "firstVerdict",
            "marginSeconds",
            "remedies");
    static final List<String> MORE =
            List.of("caseId", "verdict", "refusal", "would", "gate", "heldSeconds", "reason", "prevention");

    private static final Set<String> WITHOUT_CASE = Set.of("Launch Guard Summary");
    private static final Set<String> COPIED = Set.of(
            "caseId",
            "instanceId",
            "autoScalingGroup",
            "status",
            "verdict",
            "refusal",
            "would",
            "gate",
            "heldSeconds",
            "reason",
            "prevention");

    /** The cases, the newest first, and how many lines were not events of Launch Guard. */
    record Found(List<CentralCase> cases, int unreadable) {}

    static Found of(List<JsonNode> events) {
        Map<List<String>, List<JsonNode>> byCase = new LinkedHashMap<>();
        int unreadable = 0;
        for (JsonNode event : events) {
            JsonNode detail = event.path("detail");
            if (WITHOUT_CASE.contains(event.path("detail-type").asText())) {
                continue;
            }
            if (detail.path("caseId").asText().isEmpty()
                    || !readable(detail.path("at").asText())) {
                unreadable++;
                continue;
            }
            byCase.computeIfAbsent(
                            List.of(
                                    event.path("account").asText(),
                                    event.path("region").asText(),
                                    detail.path("caseId").asText()),
                            key -> new ArrayList<>())
                    .add(((ObjectNode) detail.deepCopy())
                            .put("ended", event.path("detail-type").asText().equals("Launch Guard Case Closed")));
        }
        List<CentralCase> cases = new ArrayList<>();
        byCase.forEach((key, details) -> {
            details.sort(Comparator.comparing(CentralCase::at));
            cases.add(new CentralCase(key.get(0), key.get(1), List.copyOf(details)));
        });
        cases.sort(
                Comparator.comparing((CentralCase stored) -> at(stored.last())).reversed());
        return new Found(List.copyOf(cases), unreadable);
    }

    private static boolean readable(String time) {
        try {
            return Instant.parse(time).getEpochSecond() > 0;
        } catch (DateTimeParseException none) {
            return false;
        }
    }

    private static Instant at(JsonNode detail) {
        return Instant.parse(detail.path("at").asText());
    }

    private JsonNode last() {
        return details.getLast();
    }

    String group() {
        return last().path("autoScalingGroup").asText();
    }

    String status() {
        return last().path("status").asText();
    }

    /** Whether the event of its end arrived. */
    boolean ended() {
        return details.stream().anyMatch(detail -> detail.path("ended").asBoolean());
    }

    /** The verdicts in the order in which they were found. */
    Set<String> verdicts() {
        Set<String> verdicts = new LinkedHashSet<>();
        details.forEach(detail -> {
            if (detail.has("verdict")) {
                verdicts.add(detail.path("verdict").asText());
            }
        });
        return verdicts;
    }

    private String firstVerdict() {
        return verdicts().stream().findFirst().orElse("");
    }

    private String remedies() {
        Set<String> actions = new LinkedHashSet<>();
        details.forEach(detail -> {
            if (detail.has("action")) {
                actions.add(detail.path("action").asText());
            }
        });
        return actions.isEmpty() ? "none" : String.join(", ", actions);
    }

    ObjectNode row() {
        ObjectNode row = JsonNodeFactory.instance
                .objectNode()
                .put("account", PlainText.text(account))
                .put("region", PlainText.text(region))
                .put("lastEventAt", at(last()).toString())
                .put("remedies", PlainText.text(remedies()));
        if (!firstVerdict().isEmpty()) {
            row.put("firstVerdict", PlainText.text(firstVerdict()));
        }
        JsonNode margin = details.getFirst().path("marginSeconds");
        if (margin.isNumber()) {
            row.set("marginSeconds", margin);
        }
        COPIED.forEach(name -> {
            JsonNode value = last().path(name);
            if (value.isNumber()) {
                row.set(name, value);
            } else if (value.isTextual()) {
                row.put(name, PlainText.text(value.asText()));
            }
        });
        return row;
    }

    OrganizationPage.Row ofPage() {
        JsonNode margin = details.getFirst().path("marginSeconds");
        return new OrganizationPage.Row(
                account,
                region,
                group(),
                last().path("instanceId").asText(),
                at(last()),
                status(),
                firstVerdict(),
                margin.isNumber() ? margin.asDouble() : Double.NaN,
                remedies(),
                last().path("reason").asText());
    }
}
