package launchguard.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Race;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;

/** A verdict as a JSON object; parts that are not known are left out. */
public final class VerdictJson {
    private VerdictJson() {}

    /** {@code verdict}, {@code marginSeconds}, {@code reason} and what else is known. */
    public static ObjectNode of(Verdict verdict) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("verdict", verdict.name().name());
        addRace(json, verdict.race());
        json.put("reason", Wording.reason(verdict));
        if (verdict instanceof StaleJdk stale) {
            json.put("impact", stale.impact().name());
        } else if (verdict instanceof StaleBystander bystander) {
            json.put("impact", bystander.impact().name());
        }
        JudgedDeployment subject = verdict.subject();
        if (subject != null && subject.deploymentId() != null) {
            json.put("deploymentId", PlainText.word(subject.deploymentId()));
        }
        return json;
    }

    private static void addRace(ObjectNode json, Race race) {
        Double margin = race.marginSeconds();
        if (margin == null) {
            return;
        }
        json.put("marginSeconds", margin);
        json.put("raced", race.raced());
        if (race.uncertain()) {
            json.put("marginUncertain", true);
        }
    }
}
