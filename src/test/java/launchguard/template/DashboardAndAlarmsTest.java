package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dashboard, alarms and outputs of the stack. MetricsTest checks that their metrics are really sent. */
final class DashboardAndAlarmsTest {
    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    private static final Pattern TO_DO =
            Pattern.compile("(?:^|[.,:;] (?:then )?)(?:[Ll]ook|[Ff]ix|[Rr]aise|[Ll]ist|[Mm]ove)\\b");
    private static final Template WATCHED = Template.read(
            Path.of("template.yaml"),
            Map.of("NotificationEmail", "sre@example.com", "CreateDashboard", "yes", "KmsKeyArn", KEY));

    private static JsonNode widgets() throws IOException {
        return new ObjectMapper().readTree(WATCHED.dashboard()).path("widgets");
    }

    private static Map<String, JsonNode> alarms() {
        Map<String, JsonNode> alarms = new TreeMap<>(WATCHED.resourcesOf("AWS::CloudWatch::Alarm"));
        alarms.putAll(WATCHED.resourcesOf("AWS::CloudWatch::CompositeAlarm"));
        return alarms;
    }

    /** Each figure of the dashboard, with its CloudWatch query. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Launches seen|\"LaunchGuard\",\"Launches\"",
                "Verdicts|{LaunchGuard,Service,Verdict}",
                "Race margin by group, p50 and p99 (seconds)|{LaunchGuard,Service,AutoScalingGroup}",
                "Race margin by group, p50 and p99 (seconds)|'p50'",
                "Race margin by group, p50 and p99 (seconds)|'p99'",
                "Remedies by outcome|{LaunchGuard,Service,Outcome}",
                "Refusals by reason|{LaunchGuard,Service,Reason}",
                "From cloud-init's end to the verdict (seconds)|\"DetectionDelay\"",
                "Launch gate: ends of holds|{LaunchGuard,Service,Gate}",
                "Launch gate: held, p50 and p99 (seconds)|'p99'",
                "Launch gate: held longest now (seconds)|\"OldestHeldSeconds\"",
                "Queue|\"ApproximateNumberOfMessagesVisible\",\"QueueName\",\"launch-guard-DeadLetterQueue\"",
                "Queue|\"ApproximateAgeOfOldestMessage\",\"QueueName\",\"launch-guard-Queue\"",
                "Function: errors and throttles|\"Errors\"",
                "Function: errors and throttles|\"Throttles\"",
                "Function: duration (ms)|\"Duration\""
            },
            quoteCharacter = '`')
    void dashboard_shows(String title, String metric) throws IOException {
        List<String> found = widgets()
                .valueStream()
                .map(widget -> widget.path("properties"))
                .filter(properties -> properties.path("title").asText().equals(title))
                .map(properties -> properties.path("metrics").toString())
                .toList();
        assertEquals(1, found.size(), title);
        assertTrue(found.getFirst().contains(metric), found.getFirst());
    }

    @Test
    void dashboard_hasNothingOpenAndNoWidgetOverAnother() throws IOException {
        assertFalse(WATCHED.dashboard().contains("${"), WATCHED.dashboard());
        Set<String> cells = new java.util.HashSet<>();
        for (JsonNode widget : widgets()) {
            for (int x = 0; x < widget.path("width").asInt(); x++) {
                for (int y = 0; y < widget.path("height").asInt(); y++) {
                    int column = widget.path("x").asInt() + x;
                    assertTrue(column < 24, widget.toString());
                    assertTrue(cells.add(column + "," + (widget.path("y").asInt() + y)), widget.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DeadLetterAlarm,AWS/SQS,ApproximateNumberOfMessagesVisible,1",
        "ErrorAlarm,AWS/Lambda,Errors,1",
        "BacklogAlarm,AWS/SQS,ApproximateAgeOfOldestMessage,1800",
        "BudgetAlarm,LaunchGuard,RemediationSkipped,1",
        "OldCaseAlarm,LaunchGuard,OldestOpenCaseSeconds,86400",
        "GateAlarm,LaunchGuard,OldestHeldSeconds,3600",
        "GateExpiredAlarm,LaunchGuard,GateHeldSeconds,1",
        "GateAbandonedAlarm,LaunchGuard,GateHeldSeconds,1"
    })
    void alarm_watches(String name, String namespace, String metric, String threshold) {
        JsonNode alarm = WATCHED.resource(name);
        assertAll(
                () -> assertEquals(namespace, alarm.path("Namespace").asText()),
                () -> assertEquals(metric, alarm.path("MetricName").asText()),
                () -> assertEquals(threshold, alarm.path("Threshold").asText()),
                () -> assertEquals(
                        "GreaterThanOrEqualToThreshold",
                        alarm.path("ComparisonOperator").asText()),
                () -> assertEquals(
                        "notBreaching", alarm.path("TreatMissingData").asText(), "a quiet account is no fault"));
    }

    @Test
    void alarms_areTheseAndSayWhatToDo() {
        assertEquals(
                Set.of(
                        "DeadLetterAlarm",
                        "ErrorAlarm",
                        "BacklogAlarm",
                        "UnwellAlarm",
                        "BudgetAlarm",
                        "OldCaseAlarm",
                        "GateAlarm",
                        "GateExpiredAlarm",
                        "GateAbandonedAlarm"),
                alarms().keySet());
        alarms().forEach((name, alarm) -> {
            String description = alarm.path("AlarmDescription").asText();
            assertTrue(TO_DO.matcher(description).find(), name + ": " + description);
            assertFalse(description.contains("\n"), name);
        });
    }

    /** Three alarms would notify three times about one fault, so the composite notifies for them. */
    @Test
    void composite_notifiesForItsThree_andNoneNotifiesTwice() {
        JsonNode composite = WATCHED.resource("UnwellAlarm");
        Set<String> spokenFor = Set.of("DeadLetterAlarm", "ErrorAlarm", "BacklogAlarm");
        for (Map.Entry<String, JsonNode> alarm : alarms().entrySet()) {
            String inRule = "ALARM(\"" + alarm.getValue().path("AlarmName").asText() + "\")";
            boolean quiet = spokenFor.contains(alarm.getKey());
            assertEquals(quiet, composite.path("AlarmRule").asText().contains(inRule), alarm.getKey());
            assertEquals(!quiet, alarm.getValue().has("AlarmActions"), alarm.getKey());
            assertEquals(!quiet, alarm.getValue().has("OKActions"), alarm.getKey());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "InvokeCommand,aws lambda invoke ",
        "RemediateCommand,aws lambda invoke ",
        "RedriveCommand,aws sqs start-message-move-task ",
        "UninstallCommand,aws cloudformation delete-stack ",
        "OptInCommand,aws autoscaling create-or-update-tags ",
        "DashboardUrl,https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards:name="
    })
    void output_isReadyToPaste(String name, String beginning) {
        String value = WATCHED.output(name);
        assertTrue(value.startsWith(beginning), value);
        assertFalse(value.contains("${") || value.contains("\n"), value);
    }

    @Test
    void keyPolicy_isReadyToPaste_andWhatThePermissionsPageSays() throws IOException {
        JsonNode statements = new ObjectMapper().readTree("[" + WATCHED.output("KeyPolicyStatement") + "]");
        String page = java.nio.file.Files.readString(Path.of("docs/permissions.md"));
        String block = page.substring(page.indexOf("```json\n") + 8, page.lastIndexOf("```"))
                .replace("eu-west-1", "us-east-1");
        assertEquals(new ObjectMapper().readTree("[" + block + "]"), statements);
        assertTrue(statements.at("/0/Principal/Service").toString().contains("events.amazonaws.com"));
        // Of the partition, as China's is another: of these principals only that of CloudWatch Logs differs there.
        assertEquals(
                "logs.us-east-1.amazonaws.com",
                statements.at("/1/Principal/Service").asText());
        assertFalse(
                java.nio.file.Files.readString(Path.of("template.yaml")).contains("logs.${AWS::Region}.amazonaws.com"));
    }
}
