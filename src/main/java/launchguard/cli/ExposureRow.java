package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.pages.ExposurePage;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.Cure;
import launchguard.report.Exposure;
import launchguard.report.PlainText;
import launchguard.report.Wording;
import launchguard.verdict.Verdict.Inconclusive;
import org.jspecify.annotations.Nullable;

/** The exposure of one instance, as a row. */
record ExposureRow(Exposure exposure, ObjectNode row) {

    static ExposureRow of(ProbeResult probed) {
        return switch (probed) {
            case ProbeResult.Nothing nothing ->
                unknown(Wording.reason(nothing.verdict()).replaceAll("\\.$", ""));
            case ProbeResult.Printed printed -> {
                try {
                    yield of(EvidenceReader.read(printed.text()));
                } catch (UnreadableEvidenceException unreadable) {
                    yield unknown(
                            Wording.reason(new Inconclusive(unreadable.why())).replaceAll("\\.$", ""));
                }
            }
        };
    }

    static ExposureRow of(Evidence evidence) {
        Exposure exposure = Exposure.of(evidence);
        ObjectNode row = row(
                exposure,
                exposure.words("the probe could not read how the agent is started or whether packages are upgraded"));
        put(row, "os", evidence.host().os());
        put(row, "osVersion", evidence.host().osVersion());
        put(row, "cloudInitVersion", evidence.cloudInit().version());
        put(row, "agentVersion", evidence.agent().version());
        put(row, "startsAtBoot", evidence.agent().startsAtBoot());
        put(row, "afterCloudInit", evidence.agent().afterCloudInit());
        put(row, "upgradesAtBoot", evidence.cloudInit().upgradedPackages());
        if (exposure.curable()) {
            row.put("prevention", Cure.of(evidence).path());
        }
        return new ExposureRow(exposure, row);
    }

    /** What is not known is left out. */
    private static void put(ObjectNode row, String name, @Nullable String value) {
        if (value != null) {
            row.put(name, PlainText.text(value));
        }
    }

    private static void put(ObjectNode row, String name, @Nullable Boolean value) {
        if (value != null) {
            row.put(name, value);
        }
    }

    /** As a page shows it; names are empty where they are the reader's own account. */
    ExposurePage.Row of(String account, String name, String region) {
        return new ExposurePage.Row(
                account,
                name,
                region,
                row.path("autoScalingGroup").asText(),
                row.path("instances").asInt(),
                exposure,
                row.path("reason").asText(),
                row.path("prevention").asText());
    }

    static ExposureRow unknown(String why) {
        return new ExposureRow(Exposure.UNKNOWN, row(Exposure.UNKNOWN, Exposure.UNKNOWN.words(why)));
    }

    private static ObjectNode row(Exposure exposure, String words) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("exposure", exposure.name())
                .put("reason", words);
    }
}
