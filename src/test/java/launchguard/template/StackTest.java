package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Settings of the resources, and that nothing in the template is unused. */
final class StackTest {
    private static final Path TEMPLATE = Path.of("template.yaml");
    private static final Map<String, String> ALL_OPTIONS = Map.of(
            "NotificationEmail", "sre@example.com",
            "CreateDashboard", "yes",
            "TableDeletionPolicy", "Retain",
            "KmsKeyArn", "arn:aws:kms:us-east-1:123456789012:key/1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "SubnetIds", "subnet-1,subnet-2",
            "SecurityGroupIds", "sg-1",
            "PermissionsBoundaryArn", "arn:aws:iam::123456789012:policy/boundary",
            "Tracing", "Active",
            "FunctionArchitecture", "x86_64");

    private final Template defaults = Template.read(TEMPLATE);
    private final Template everything = Template.read(TEMPLATE, ALL_OPTIONS);

    @Test
    void environment_isTheContractsTableAndNoMore() {
        Map<String, String> expected = new TreeMap<>(Map.of(
                "LAUNCH_GUARD_MODE", "observe",
                "LAUNCH_GUARD_TABLE", "launch-guard-Table",
                "LAUNCH_GUARD_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/launch-guard-Queue",
                "LAUNCH_GUARD_DOCUMENT_PREFIX", "LaunchGuard",
                "LAUNCH_GUARD_LADDER", "redeploy,replace",
                "LAUNCH_GUARD_REDEPLOY_SCOPE", "instance",
                "LAUNCH_GUARD_LAUNCH_WINDOW", "PT2H",
                "LAUNCH_GUARD_BOOT_DEADLINE", "PT1H"));
        expected.putAll(Map.of(
                "LAUNCH_GUARD_GATE_HOOK", "launch-guard-gate",
                "LAUNCH_GUARD_GATE_DEADLINE", "PT30M",
                "LAUNCH_GUARD_GATE_BEAT", "PT400S",
                "LAUNCH_GUARD_AFTER_PATCH", "off"));
        expected.putAll(Map.of(
                "LAUNCH_GUARD_MAX_REPLACEMENTS", "2",
                "LAUNCH_GUARD_REPLACEMENT_WINDOW", "PT1H",
                "LAUNCH_GUARD_MAX_UNAVAILABLE_PERCENT", "20",
                "LAUNCH_GUARD_REPLACE_SINGLE", "false",
                "LAUNCH_GUARD_IN_PLACE", "act",
                "LAUNCH_GUARD_ACT_ON_BYSTANDERS", "false",
                "LAUNCH_GUARD_OPT_IN_VALUE", "on",
                "LAUNCH_GUARD_GROUPS", ""));
        assertEquals(expected, defaults.functionEnvironment());
        expected.put("LAUNCH_GUARD_TABLE", "launch-guard-KeptTable");
        assertEquals(expected, everything.functionEnvironment());
    }

    @Test
    void function_isWhatTheContractNames() {
        JsonNode function = defaults.resource("LaunchGuardFunction");
        assertAll(
                () -> assertEquals("launchguard.LaunchGuardFunction::handleRequest", text(function, "Handler")),
                () -> assertEquals("java25", text(function, "Runtime")),
                () -> assertEquals(".", text(function, "CodeUri")),
                () -> assertEquals("[\"arm64\"]", function.path("Architectures").toString()),
                // A manual request may wait 60 seconds.
                () -> assertTrue(function.path("Timeout").asInt() >= 90),
                () -> assertTrue(function.path("MemorySize").asInt() >= 1024));
    }

    @Test
    void queue_neverHandsOutABatchThatIsBeingWorkedOn() {
        long timeout = defaults.resource("LaunchGuardFunction").path("Timeout").asLong();
        Template.QueueSettings queue = defaults.queueSettings();
        JsonNode source = defaults.resource("LaunchGuardFunction").at("/Events/Signals/Properties");
        assertAll(
                () -> assertTrue(queue.visibility().toSeconds()
                        >= 6 * timeout + queue.batchWindow().toSeconds()),
                () -> assertTrue(queue.maxReceiveCount() >= 5, "Lambda asks for five, or throttling costs messages"),
                () -> assertEquals(
                        List.of("ReportBatchItemFailures"), Template.texts(source.path("FunctionResponseTypes"))),
                () -> assertTrue(source.at("/ScalingConfig/MaximumConcurrency").asInt() >= 2),
                // A launch has three events, and one command probes 50 instances.
                () -> assertEquals(3 * 50, queue.batchSize()));
    }

    @Test
    void queues_areEncryptedAndOpenToOurRulesOnly() {
        Set<String> rules = arns(defaults.resourcesOf("AWS::Events::Rule").keySet());
        for (String policy : List.of("QueuePolicy", "DeadLetterQueuePolicy")) {
            JsonNode allowed = defaults.resource(policy).at("/PolicyDocument/Statement/0");
            assertEquals(rules, Set.copyOf(Template.texts(allowed.at("/Condition/ArnEquals/aws:SourceArn"))), policy);
            assertEquals(
                    "events.amazonaws.com", allowed.at("/Principal/Service").asText());
        }
        defaults.resourcesOf("AWS::SQS::Queue")
                .forEach((name, queue) ->
                        assertTrue(queue.path("SqsManagedSseEnabled").asBoolean(), name));
        everything.resourcesOf("AWS::SQS::Queue").forEach((name, queue) -> {
            assertFalse(queue.has("SqsManagedSseEnabled"), name);
            assertTrue(queue.has("KmsMasterKeyId"), name);
        });
    }

    @Test
    void deadLetterQueue_admitsTheNoticesWhereThereAreSome() {
        JsonNode allowed = everything.resource("DeadLetterQueuePolicy").at("/PolicyDocument/Statement/0");
        assertEquals(
                arns(everything.resourcesOf("AWS::Events::Rule").keySet()),
                Set.copyOf(Template.texts(allowed.at("/Condition/ArnEquals/aws:SourceArn"))));
    }

    @Test
    void topic_takesEveryNotice() {
        Template telling = Template.read(
                Path.of("template.yaml"), Map.of("NotificationEmail", "sre@example.com", "AfterPatch", "report"));
        Map<String, JsonNode> rules = new TreeMap<>(telling.resourcesOf("AWS::Events::Rule"));
        rules.values().removeIf(rule -> !rule.at("/Targets/0").has("InputTransformer"));
        assertTrue(rules.containsKey("StaleAfterPatchNotice"), rules.keySet().toString());
        JsonNode allowed = telling.resource("TopicPolicy").at("/PolicyDocument/Statement/0");
        assertEquals(
                arns(rules.keySet()), Set.copyOf(Template.texts(allowed.at("/Condition/ArnEquals/aws:SourceArn"))));
    }

    @Test
    void everyRuleTarget_hasADeadLetterQueueAndRetries() {
        Map<String, JsonNode> rules = everything.resourcesOf("AWS::Events::Rule");
        assertEquals(12, rules.size());
        rules.forEach((name, rule) -> rule.path("Targets").forEach(target -> {
            assertTrue(target.at("/DeadLetterConfig/Arn").asText().endsWith("DeadLetterQueue"), name);
            assertTrue(target.at("/RetryPolicy/MaximumRetryAttempts").asInt() > 0, name);
            assertTrue(target.at("/RetryPolicy/MaximumEventAgeInSeconds").asInt() >= 60, name);
        }));
    }

    @Test
    void table_isOnDemandEncryptedAndTidied() {
        for (Template template : List.of(defaults, everything)) {
            Map<String, JsonNode> tables = template.resourcesOf("AWS::DynamoDB::Table");
            assertEquals(1, tables.size());
            JsonNode table = tables.values().iterator().next();
            assertEquals("PAY_PER_REQUEST", text(table, "BillingMode"));
            assertTrue(table.at("/SSESpecification/SSEEnabled").asBoolean());
            assertTrue(table.at("/TimeToLiveSpecification/Enabled").asBoolean());
        }
        assertTrue(everything.resource("KeptTable").path("SSESpecification").has("KMSMasterKeyId"));
    }

    /** Its deletion policy is a parameter: two tables of which one is made, alike but for what becomes of them. */
    @Test
    void table_staysOrGoes_asTheParameterSays() {
        JsonNode goes = defaults.tree().at("/Resources/Table");
        JsonNode stays = defaults.tree().at("/Resources/KeptTable");
        assertEquals(goes.path("Properties"), stays.path("Properties"));
        assertEquals("Delete", text(goes, "DeletionPolicy"));
        assertEquals("Retain", text(stays, "DeletionPolicy"));
        assertEquals(
                Set.of("Table"), defaults.resourcesOf("AWS::DynamoDB::Table").keySet());
        assertEquals(
                Set.of("KeptTable"),
                everything.resourcesOf("AWS::DynamoDB::Table").keySet());
        for (Template template : List.of(defaults, everything)) {
            String arn = "arn:aws:dynamodb:us-east-1:123456789012:table/launch-guard-"
                    + template.resourcesOf("AWS::DynamoDB::Table")
                            .keySet()
                            .iterator()
                            .next();
            Set<String> allowed = template.statements().stream()
                    .filter(statement -> statement.path("Action").toString().contains("dynamodb:"))
                    .map(statement -> text(statement, "Resource"))
                    .collect(Collectors.toSet());
            assertEquals(Set.of(arn, arn + "/index/open"), allowed);
        }
    }

    @Test
    void options_reachWhatTheyAreFor() {
        String key = ALL_OPTIONS.getOrDefault("KmsKeyArn", "");
        JsonNode function = everything.resource("LaunchGuardFunction");
        assertAll(
                () -> assertEquals(
                        "[\"x86_64\"]", function.path("Architectures").toString()),
                () -> assertEquals("Active", text(function, "Tracing")),
                () -> assertEquals("PassThrough", text(defaults.resource("LaunchGuardFunction"), "Tracing")),
                () -> assertEquals(key, text(function, "KmsKeyArn")),
                () -> assertEquals(key, text(everything.resource("FunctionLog"), "KmsKeyId")),
                () -> assertEquals(key, text(everything.resource("Topic"), "KmsMasterKeyId")),
                () -> assertEquals(
                        List.of("subnet-1", "subnet-2"), Template.texts(function.at("/VpcConfig/SubnetIds"))),
                () -> assertEquals(List.of("sg-1"), Template.texts(function.at("/VpcConfig/SecurityGroupIds"))),
                () -> assertEquals(
                        ALL_OPTIONS.get("PermissionsBoundaryArn"),
                        text(everything.resource("FunctionRole"), "PermissionsBoundary")),
                () -> assertTrue(everything
                        .resource("FunctionRole")
                        .path("ManagedPolicyArns")
                        .toString()
                        .contains("AWSLambdaVPCAccessExecutionRole")));
        for (String absent : List.of("VpcConfig", "KmsKeyArn")) {
            assertFalse(defaults.resource("LaunchGuardFunction").has(absent), absent);
        }
        for (String absent : List.of("ManagedPolicyArns", "PermissionsBoundary")) {
            assertFalse(defaults.resource("FunctionRole").has(absent), absent);
        }
    }

    @Test
    void parameters_haveSaneDefaultsThatTheyAllowThemselves() {
        defaults.tree().path("Parameters").properties().forEach(parameter -> {
            JsonNode shape = parameter.getValue();
            String name = parameter.getKey();
            assertTrue(shape.has("Default"), name + ": an install asks for nothing");
            String value = text(shape, "Default");
            if (shape.has("AllowedValues")) {
                assertTrue(Template.texts(shape.path("AllowedValues")).contains(value), name);
            } else if (shape.has("AllowedPattern")) {
                assertTrue(value.matches(text(shape, "AllowedPattern")), name);
                assertTrue(shape.has("ConstraintDescription"), name);
            } else if (text(shape, "Type").equals("Number")) {
                assertTrue(shape.has("MinValue") && shape.has("MaxValue"), name);
            } else {
                assertEquals("CommaDelimitedList", text(shape, "Type"), name);
            }
        });
    }

    @Test
    void install_withDefaults_isSmall() {
        Set<String> types = made(defaults);
        assertFalse(types.contains("AWS::CloudWatch::Alarm"));
        assertFalse(types.contains("AWS::CloudWatch::Dashboard"));
        assertFalse(types.contains("AWS::SNS::Topic"));
        assertTrue(made(everything)
                .containsAll(Set.of("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic")));
    }

    @Test
    void parameters_areAllUsedDescribedLabelledAndGrouped() {
        JsonNode tree = defaults.tree();
        Set<String> names = names(tree.path("Parameters"));
        Set<String> used = new TreeSet<>();
        List.of("Conditions", "Resources", "Outputs").forEach(part -> collectUses(tree.path(part), names, used));
        JsonNode shown = tree.path("Metadata").path("AWS::CloudFormation::Interface");
        List<String> grouped = new ArrayList<>();
        shown.path("ParameterGroups").forEach(group -> grouped.addAll(Template.texts(group.path("Parameters"))));
        assertAll(
                () -> assertEquals(names, used),
                () -> assertEquals(names.size(), grouped.size()),
                () -> assertEquals(names, new TreeSet<>(grouped)),
                () -> assertEquals(names, names(shown.path("ParameterLabels"))),
                () -> tree.path("Parameters")
                        .forEach(parameter ->
                                assertTrue(text(parameter, "Description").length() > 20, parameter.toString())));
    }

    @Test
    void conditions_areAllUsed() {
        String resources = defaults.tree().path("Resources").toString()
                + defaults.tree().path("Outputs")
                + defaults.tree().path("Conditions");
        names(defaults.tree().path("Conditions"))
                .forEach(name -> assertTrue(
                        resources.contains("{\"Fn::If\":[\"" + name + "\"")
                                || resources.contains("\"Condition\":\"" + name + "\""),
                        name));
    }

    /** The function holds an instance's place for 70 minutes: a redeployment that may take longer would lose it. */
    @Test
    void redeployment_endsBeforeItsReservation() {
        JsonNode timeout = defaults.tree().at("/Parameters/RedeployTimeoutSeconds");
        // It may wait 60 seconds for its delivery.
        assertTrue(timeout.path("MaxValue").asLong() + 60 < 70 * 60);
    }

    @Test
    void repositoryMetadata_isWholeAndOfThisVersion() throws IOException {
        JsonNode application = defaults.tree().path("Metadata").path("AWS::ServerlessRepo::Application");
        for (String name : List.of("Name", "Description", "Author", "SpdxLicenseId", "SemanticVersion")) {
            assertFalse(text(application, name).isBlank(), name);
        }
        assertTrue(text(application, "Description").length() <= 256);
        assertTrue(application.path("Labels").size() <= 10);
        for (String file : List.of("LicenseUrl", "ReadmeUrl")) {
            assertTrue(Files.isRegularFile(Path.of(text(application, file))), file);
        }
        assertTrue(Files.readString(Path.of("pom.xml"))
                .contains("<artifactId>launch-guard</artifactId>\n  <version>" + text(application, "SemanticVersion")
                        + "</version>"));
    }

    /** Each log group, queue and table says what becomes of it, so that a deleted stack leaves nothing. */
    @Test
    void whatHoldsData_saysWhatBecomesOfIt() {
        for (String name : List.of("Queue", "DeadLetterQueue", "FunctionLog", "Table")) {
            assertEquals("Delete", text(defaults.tree().path("Resources").path(name), "DeletionPolicy"), name);
        }
        assertEquals("30", text(defaults.resource("FunctionLog"), "RetentionInDays"));
        assertEquals("/aws/lambda/launch-guard", text(defaults.resource("FunctionLog"), "LogGroupName"));
        assertTrue(defaults.resource("LaunchGuardFunction")
                .at("/LoggingConfig/LogGroup")
                .asText()
                .contains("FunctionLog"));
    }

    @Test
    void template_fitsCloudFormation() throws IOException {
        // From S3, as `sam deploy` gives it; a template given inline may hold 51,200 bytes only.
        assertTrue(Files.size(TEMPLATE) < 1_000_000);
    }

    private static void collectUses(JsonNode node, Set<String> names, Set<String> used) {
        if (node.isObject() && node.has("Ref")) {
            String name = node.path("Ref").asText();
            if (names.contains(name)) {
                used.add(name);
            }
        }
        String substituted = node.path("Fn::Sub").asText();
        names.stream().filter(name -> substituted.contains("${" + name + "}")).forEach(used::add);
        node.forEach(child -> collectUses(child, names, used));
    }

    private static Set<String> made(Template template) {
        return template.tree()
                .path("Resources")
                .valueStream()
                .map(resource -> text(resource, "Type"))
                .filter(type -> !template.resourcesOf(type).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> arns(Set<String> rules) {
        return rules.stream()
                .map(name -> "arn:aws:events:us-east-1:123456789012:rule/launch-guard-" + name)
                .collect(Collectors.toSet());
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asText();
    }
}
