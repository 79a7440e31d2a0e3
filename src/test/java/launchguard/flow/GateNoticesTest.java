package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import launchguard.sandbox.Instance;
import launchguard.template.Notices;
import launchguard.template.Template;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The mails about a launch that the gate holds: first of all they say whether a broken instance serves requests. */
@Tag("verify")
class GateNoticesTest {
    private static final Notices NOTICES =
            Notices.of(Template.read(Path.of("template.yaml"), Map.of("NotificationEmail", "sre@example.com")));

    /** The first mail of that rule about this instance. */
    private static String mail(FunctionStage stage, Instance instance, String rule) throws Exception {
        for (JsonNode event : stage.aws.events().from("launch-guard")) {
            Map<String, String> mails = NOTICES.of(event);
            if (event.at("/detail/instanceId").asText().equals(instance.id()) && mails.containsKey(rule)) {
                return mails.getOrDefault(rule, "");
            }
        }
        return "";
    }

    @Test
    void repairedWhileHeld() throws Exception {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated().healthCheck("ELB");
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            String action = mail(stage, instance, "ActionNotice");
            assertTrue(action.contains("The launch gate holds the instance out of service"), action);
            assertFalse(
                    action.contains("Auto Scaling can terminate"),
                    "nobody checks the health of what is held: " + action);
            String closed = mail(stage, instance, "ClosedNotice");
            assertTrue(closed.contains("until its launch was proved, and only then lets it go in service"), closed);
        }
    }

    @Test
    void abandoned_itNeverWasInService() throws Exception {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true", "Ladder", "replace")) {
            stage.group().gated().replacements(gone -> stage.image(FunctionStage.HEALTHY));
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPLACED", stage.status(instance));
            String closed = mail(stage, instance, "ClosedNotice");
            assertTrue(closed.contains("abandoned its launch: it was never in service"), closed);
        }
    }

    /** No remedy is left: people must know that a broken instance will soon serve requests. */
    @Test
    void letGoOnUnproved() throws Exception {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "restart")) {
            stage.group().gated();
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(instance, 14);
            stage.settle();
            assertEquals("ESCALATED", stage.status(instance));
            String closed = mail(stage, instance, "ClosedNotice");
            assertTrue(closed.contains("lets it go in service without proof"), closed);
        }
    }

    @Test
    void observed_nothingWasHeld() throws Exception {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.group().gated();
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            String published = stage.published("Case Closed", instance)
                    .getFirst()
                    .path("done")
                    .asText();
            assertTrue(published.contains("The launch gate held nothing"), published);
        }
    }
}
