package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TemplateTest {
    private final Template template = Template.read(Path.of("template.yaml"));

    @Test
    void rules_ofAnInstallWithDefaults_areTheFiveThatFeedTheQueue() {
        assertEquals(
                Set.of("LaunchRule", "LaunchHookRule", "InstanceDeploymentRule", "DeploymentRule", "CommandRule"),
                template.rulePatterns().keySet());
        assertEquals(Map.of("ScheduleRule", "{\"source\":\"launch-guard.schedule\"}"), template.scheduledInputs());
    }

    @Test
    void documents_carryTheirPrefix() {
        assertEquals(
                Set.of("LaunchGuard-Probe", "LaunchGuard-Redeploy", "LaunchGuard-Restart"),
                template.documents().keySet());
        Template other = Template.read(Path.of("template.yaml"), Map.of("DocumentPrefix", "Blue"));
        assertEquals(
                Set.of("Blue-Probe", "Blue-Redeploy", "Blue-Restart"),
                other.documents().keySet());
    }

    @Test
    void table_hasTheKeysThatTheStoreUses() {
        assertEquals(
                new Template.TableDefinition(
                        Map.of("pk", "S", "sk", "S", "open", "S", "due", "N"),
                        new Template.Key("pk", "sk"),
                        Map.of("open", new Template.Key("open", "due")),
                        "expires"),
                template.tableDefinition());
    }

    @Test
    void queue_givesUpAfterFive() {
        assertEquals(
                new Template.QueueSettings(Duration.ofSeconds(750), 5, 150, Duration.ofSeconds(1)),
                template.queueSettings());
    }
}
