package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.Cure;
import launchguard.report.Exposure;
import launchguard.report.Wording;
import launchguard.verdict.Verdict.Inconclusive;

/** How exposed one instance is, as a row. */
record Exposed(Exposure exposure, ObjectNode row) {

    static Exposed of(Sight sight) {
        return switch (sight) {
            case Sight.Nothing nothing -> unknown(Wording.reason(nothing.verdict()).replaceAll("\\.$", ""));
            case Sight.Printed printed -> {
                try {
                    yield of(EvidenceReader.read(printed.text()));
                } catch (UnreadableEvidenceException unreadable) {
                    yield unknown(Wording.reason(new Inconclusive(unreadable.why())).replaceAll("\\.$", ""));
                }
            }
        };
    }

    static Exposed of(Evidence evidence) {
        Exposure exposure = Exposure.of(evidence);
        ObjectNode row = row(exposure, exposure.words("the probe could not read how the agent is started or whether packages are upgraded"));
        row.put("os", evidence.host().os());
        row.put("osVersion", evidence.host().osVersion());
        row.put("cloudInitVersion", evidence.cloudInit().version());
        row.put("agentVersion", evidence.agent().version());
        row.put("startsAtBoot", evidence.agent().startsAtBoot());
        row.put("afterCloudInit", evidence.agent().afterCloudInit());
        row.put("upgradesAtBoot", evidence.cloudInit().upgradedPackages());
        if (exposure.curable()) {
            row.put("prevention", Cure.of(evidence).path());
        }
        return new Exposed(exposure, row);
    }

    private static Exposed unknown(String why) {
        return new Exposed(Exposure.UNKNOWN, row(Exposure.UNKNOWN, Exposure.UNKNOWN.words(why)));
    }

    private static ObjectNode row(Exposure exposure, String words) {
        return JsonNodeFactory.instance.objectNode().put("exposure", exposure.name()).put("reason", words);
    }
}
