package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.event.ruler.RuleCompiler;
import software.amazon.event.ruler.Ruler;

/** Which rule takes which event, by the library with which EventBridge itself matches. */
final class RulesTest {
    private static final Path TEMPLATE = Path.of("template.yaml");
    private static final Path EVENTS = Path.of("events");

    /** The rule that should take a sample; those that none should take, or that don't come from a rule, have none. */
    private static final Map<String, String> TAKEN_BY = Map.ofEntries(
            Map.entry("asg-launch-successful", "LaunchRule"),
            Map.entry("asg-launch-unsuccessful", "LaunchRule"),
            Map.entry("asg-launch-successful-old-form", "LaunchRule"),
            Map.entry("asg-launch-from-warm-pool", "LaunchRule"),
            Map.entry("asg-gate-launch", "LaunchHookRule"),
            Map.entry("asg-gate-into-warm-pool", "LaunchHookRule"),
            Map.entry("asg-gate-out-of-warm-pool", "LaunchHookRule"),
            Map.entry("asg-gate-root-volume-replaced", "LaunchHookRule"),
            Map.entry("codedeploy-instance-success", "InstanceDeploymentRule"),
            Map.entry("codedeploy-instance-failure", "InstanceDeploymentRule"),
            Map.entry("codedeploy-deployment-success", "DeploymentRule"),
            Map.entry("codedeploy-deployment-failure", "DeploymentRule"),
            Map.entry("codedeploy-deployment-stop", "DeploymentRule"),
            // The event does not name the platform: the function answers that it is not for Launch Guard.
            Map.entry("codedeploy-deployment-lambda-platform", "DeploymentRule"),
            Map.entry("ssm-patch-command-success", "PatchRule"),
            Map.entry("ssm-patch-with-hooks-failed", "PatchRule"),
            Map.entry("ssm-patch-association-success", "PatchRule"),
            Map.entry("ssm-probe-success", "CommandRule"),
            Map.entry("ssm-probe-timed-out", "CommandRule"),
            Map.entry("ssm-redeploy-failed", "CommandRule"),
            Map.entry("ssm-restart-success", "CommandRule"));

    private final Template defaults = Template.read(TEMPLATE);
    private final Template notifying =
            Template.read(TEMPLATE, Map.of("NotificationEmail", "sre@example.com", "AfterPatch", "report"));

    static Stream<String> samples() throws IOException {
        try (Stream<Path> files = Files.list(EVENTS)) {
            return files.map(file -> file.getFileName().toString().replace(".json", "")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void sample_isTakenByItsRuleAndNoOther(String sample) throws Exception {
        String event = Files.readString(EVENTS.resolve(sample + ".json"));
        String expected = TAKEN_BY.get(sample);
        assertEquals(expected == null ? Set.of() : Set.of(expected), rulesThatTake(notifying, event));
    }

    @Test
    void samplesThatARuleTakes_areAllThere() throws IOException {
        Set<String> missing = new TreeSet<>(TAKEN_BY.keySet());
        missing.removeAll(samples().collect(Collectors.toSet()));
        assertEquals(Set.of(), missing);
    }

    @Test
    void patterns_areWhatEventBridgeAccepts() {
        notifying.rulePatterns().forEach((name, pattern) -> assertNull(RuleCompiler.check(pattern), name));
    }

    @ParameterizedTest
    @CsvSource({
        "Success,true",
        "Failed,true",
        "TimedOut,true",
        "Cancelled,true",
        "Undeliverable,true",
        "Terminated,true",
        "AccessDenied,true",
        "DeliveryTimedOut,true",
        "Pending,false",
        "InProgress,false",
        "Delayed,false",
        "Cancelling,false"
    })
    void commandRule_takesEveryEndAndNoStateOnTheWay(String status, boolean taken) throws Exception {
        String event = Files.readString(EVENTS.resolve("ssm-probe-success.json"))
                .replace("\"status\": \"Success\"", "\"status\": \"" + status + "\"");
        assertEquals(taken ? Set.of("CommandRule") : Set.of(), rulesThatTake(defaults, event));
    }

    @Test
    void commandRule_ofAnotherPrefix_leavesTheseAlone() throws Exception {
        Template other = Template.read(TEMPLATE, Map.of("DocumentPrefix", "Blue"));
        assertEquals(Set.of(), rulesThatTake(other, Files.readString(EVENTS.resolve("ssm-probe-success.json"))));
    }

    @ParameterizedTest
    @CsvSource({
        "asg-launch-successful,payments-blue,other,true",
        "asg-launch-successful,other,payments,false",
        "codedeploy-instance-success,other,payments,true",
        "codedeploy-instance-success,payments-blue,other,false",
        "codedeploy-deployment-lambda-platform,payments-blue,payments,false"
    })
    void names_whereGiven_narrowTheRules(String sample, String group, String application, boolean taken)
            throws Exception {
        Template narrow = Template.read(
                TEMPLATE, Map.of("AutoScalingGroupNames", "first," + group, "ApplicationNames", application + ",last"));
        assertEquals(
                taken,
                !rulesThatTake(narrow, Files.readString(EVENTS.resolve(sample + ".json")))
                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "Launch Guard Action,action,redeploy,ActionNotice",
        "Launch Guard Refusal,refusal,OBSERVE_MODE,RefusalNotice",
        "Launch Guard Refusal,refusal,REPLACEMENT_BUDGET,RefusalNotice",
        "Launch Guard Refusal,refusal,DEPLOYMENT_RUNNING,",
        "Launch Guard Boot Stuck,verdict,BOOT_STUCK,StuckNotice",
        "Launch Guard Case Closed,status,ESCALATED,ClosedNotice",
        "Launch Guard Case Closed,status,UNRESOLVED,ClosedNotice",
        "Launch Guard Case Closed,status,REPAIRED,ClosedNotice",
        "Launch Guard Case Closed,status,CLOSED,",
        "Launch Guard Stale After Patch,verdict,STALE_JDK,StaleAfterPatchNotice",
        "Launch Guard Launches Failing,summary,words,LaunchesNotice",
        "Launch Guard Gate Released,summary,words,LaunchesNotice",
        "Launch Guard Gate Released,verdict,HEALTHY,"
    })
    void ownEvents_reachPeopleWhereTheyMatter(String type, String key, String value, String rule) throws Exception {
        String event = "{\"source\":\"launch-guard\",\"detail-type\":\"%s\",\"detail\":{\"%s\":\"%s\"}}"
                .formatted(type, key, value);
        assertEquals(rule == null ? Set.of() : Set.of(rule), rulesThatTake(notifying, event));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"ESCALATED\"',SummaryNotice",
        "'\"UNAVAILABLE_SHARE\",\"redeploy\"',SummaryNotice",
        "'\"UNAVAILABLE_SHARE\"',",
        "'\"DEPLOYMENT_RUNNING\",\"NOT_IN_SERVICE\"',"
    })
    void summaries_reachPeopleUnlessAllOfItPassesByItself(String kinds, String rule) throws Exception {
        String event =
                "{\"source\":\"launch-guard\",\"detail-type\":\"Launch Guard Summary\",\"detail\":{\"kinds\":[%s]}}"
                        .formatted(kinds);
        assertEquals(rule == null ? Set.of() : Set.of(rule), rulesThatTake(notifying, event));
    }

    /** Forwards this stack's events, and none from another account or region. */
    @ParameterizedTest
    @CsvSource({
        "launch-guard,123456789012,us-east-1,true",
        "launch-guard,999999999999,us-east-1,false",
        "launch-guard,123456789012,eu-west-1,false",
        "aws.ec2,123456789012,us-east-1,false"
    })
    void forwardRule_takesOwnEventsOnly(String source, String account, String region, boolean taken) throws Exception {
        Template forwarding = Template.read(
                TEMPLATE, Map.of("CentralEventBusArn", "arn:aws:events:eu-west-1:999999999999:event-bus/central"));
        String event =
                "{\"source\":\"%s\",\"account\":\"%s\",\"region\":\"%s\",\"detail-type\":\"Launch Guard Action\"}"
                        .formatted(source, account, region);
        assertEquals(taken ? Set.of("ForwardRule") : Set.of(), rulesThatTake(forwarding, event));
        assertEquals(Set.of(), rulesThatTake(defaults, event));
    }

    /** On a default bus the rules of another stack would see the events. */
    @ParameterizedTest
    @CsvSource({
        "arn:aws:events:eu-west-1:999999999999:event-bus/launch-guard-central,true",
        "arn:aws-cn:events:cn-north-1:999999999999:event-bus/defaults,true",
        "'',true",
        "arn:aws:events:eu-west-1:999999999999:event-bus/default,false",
        "arn:aws:sqs:eu-west-1:999999999999:central,false"
    })
    void centralBus_isNeverADefaultBus(String arn, boolean allowed) {
        assertEquals(
                allowed,
                arn.matches(defaults.tree()
                        .at("/Parameters/CentralEventBusArn/AllowedPattern")
                        .asText()));
    }

    /** The one rule of the central bus keeps events; nothing is sent on from there. */
    @Test
    void centralBus_sendsNothingOn() {
        Template central = Template.read(Path.of("packaging/central.yaml"), Map.of("OrganizationId", "o-exampleorg1"));
        Map<String, JsonNode> rules = central.resourcesOf("AWS::Events::Rule");
        assertEquals(Set.of("KeepRule"), rules.keySet());
        rules.values()
                .forEach(rule -> rule.path("Targets")
                        .forEach(target -> assertEquals(
                                "arn:aws:logs:us-east-1:123456789012:log-group:launch-guard-Log",
                                target.path("Arn").asText())));
        assertEquals(
                "o-exampleorg1",
                central.resource("BusPolicy")
                        .at("/Statement/Condition/StringEquals/aws:PrincipalOrgID")
                        .asText());
    }

    private static Set<String> rulesThatTake(Template template, String event) throws Exception {
        Set<String> takers = new TreeSet<>();
        for (Map.Entry<String, String> rule : new TreeMap<>(template.rulePatterns()).entrySet()) {
            if (Ruler.matchesRule(event, rule.getValue())) {
                takers.add(rule.getKey());
            }
        }
        return takers;
    }
}
