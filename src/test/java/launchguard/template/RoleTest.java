package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The role: no more than each mode, ladder and scope needs. */
final class RoleTest {
    private static final Path TEMPLATE = Path.of("template.yaml");
    private static final Pattern READING =
            Pattern.compile("(autoscaling|ec2|codedeploy|ssm):(Get|List|Describe|BatchGet)\\w+|xray:Put\\w+");
    private static final Map<String, String> EVERYTHING_ON_INSTANCES =
            Map.of("Mode", "remediate", "Ladder", "restart,redeploy,replace");
    private static final Map<String, String> EVERYTHING_ON_GROUPS = Map.of(
            "Mode", "remediate",
            "RedeployScope", "group",
            "DeploymentGroupArns", "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:payments/production",
            "ApplicationArns", "arn:aws:codedeploy:us-east-1:123456789012:application:payments");

    @Test
    void observe_changesNothingOfInstancesGroupsOrDeployments() {
        Template observing = Template.read(TEMPLATE);
        Set<String> changing = observing.allowedActions().stream()
                .filter(action -> !READING.matcher(action).matches())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                Set.of(
                        // CONTINUE on the launch gate's own hook, so that observing holds no instance.
                        "autoscaling:CompleteLifecycleAction",
                        "dynamodb:GetItem",
                        "dynamodb:PutItem",
                        "dynamodb:Query",
                        "dynamodb:UpdateItem",
                        "ec2:CreateTags",
                        "events:PutEvents",
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:ReceiveMessage",
                        "sqs:SendMessage",
                        "ssm:SendCommand"),
                changing);
        assertEquals(Set.of("LaunchGuard-Probe"), documentsToSend(observing));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "restart|instance|false|LaunchGuard-Restart|",
                "redeploy|instance|false|LaunchGuard-Redeploy|",
                "redeploy|instance|true|LaunchGuard-Redeploy LaunchGuard-Restart|",
                "replace|instance|false||autoscaling:SetInstanceHealth",
                "restart,redeploy|instance|false|LaunchGuard-Redeploy LaunchGuard-Restart|",
                "redeploy,replace|group|false|LaunchGuard-Redeploy|autoscaling:SetInstanceHealth codedeploy:CreateDeployment",
                "restart,replace|group|false|LaunchGuard-Restart|autoscaling:SetInstanceHealth"
            })
    void remediate_mayDoWhatLadderAndScopeName(
            String ladder, String scope, String bystanders, String documents, String actions) {
        Template template = Template.read(
                TEMPLATE,
                Map.of("Mode", "remediate", "Ladder", ladder, "RedeployScope", scope, "ActOnBystanders", bystanders));
        Set<String> expected = words(documents);
        expected.add("LaunchGuard-Probe");
        Set<String> found = new TreeSet<>(template.allowedActions());
        found.retainAll(Set.of("autoscaling:SetInstanceHealth", "codedeploy:CreateDeployment"));
        assertAll(() -> assertEquals(expected, documentsToSend(template)), () -> assertEquals(words(actions), found));
    }

    @Test
    void sendCommand_reachesOptedInInstancesOnly() {
        for (JsonNode statement : allStatements()) {
            if (!Template.texts(statement.path("Action")).contains("ssm:SendCommand")) {
                continue;
            }
            String resource = statement.path("Resource").asText();
            if (resource.contains(":instance/")) {
                assertEquals(
                        "on",
                        statement
                                .at("/Condition/StringEquals/ssm:resourceTag~1launch-guard")
                                .asText());
            } else {
                assertTrue(
                        resource.matches(
                                "arn:aws:ssm:us-east-1:123456789012:document/LaunchGuard-(Probe|Restart|Redeploy)"),
                        resource);
                assertFalse(statement.has("Condition"), "a tag condition would never hold for a document");
            }
        }
    }

    @Test
    void createTags_isBoundToTheOptInTagAndOurTwoKeys() {
        JsonNode condition = statement("TagOptedInInstances").path("Condition");
        assertEquals(
                "on",
                condition.at("/StringEquals/aws:ResourceTag~1launch-guard").asText());
        assertEquals(
                List.of("launch-guard:verdict", "launch-guard:case"),
                Template.texts(condition.at("/ForAllValues:StringEquals/aws:TagKeys")));
        assertEquals("false", condition.at("/Null/aws:TagKeys").asText());
    }

    @Test
    void setInstanceHealth_isBoundToTheGroupsTag() {
        assertEquals(
                "on",
                statement("ReplaceInOptedInGroups")
                        .at("/Condition/StringEquals/autoscaling:ResourceTag~1launch-guard")
                        .asText());
    }

    @Test
    void createDeployment_isBoundToTheNamedGroups() {
        assertEquals(
                List.of("arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:payments/production"),
                Template.texts(statement("RedeployNamedGroups").path("Resource")));
    }

    @Test
    void changingActions_neverHaveEveryResource() {
        for (JsonNode statement : allStatements()) {
            boolean changes = Template.texts(statement.path("Action")).stream()
                    .anyMatch(action -> !READING.matcher(action).matches());
            assertFalse(
                    changes && Template.texts(statement.path("Resource")).contains("*"),
                    statement.path("Sid").asText());
        }
    }

    @Test
    void actions_areNamedOneByOne() {
        allStatements().forEach(statement -> {
            assertFalse(statement.path("Action").toString().contains("*"), statement.toString());
            assertFalse(statement.has("NotAction") || statement.has("NotResource"), statement.toString());
        });
    }

    @Test
    void everyStatement_hasACommentAndALineInTheDocs() throws IOException {
        String template = Files.readString(TEMPLATE);
        String docs = Files.readString(Path.of("docs/permissions.md"));
        for (JsonNode statement : allStatements()) {
            String sid = statement.path("Sid").asText();
            assertTrue(docs.contains("`" + sid + "`"), "docs/permissions.md lacks " + sid);
            assertTrue(
                    Pattern.compile("# [^\\n]+\\n +- (!If\\n +- \\w+\\n +- )?Sid: " + sid + "\\n")
                            .matcher(template)
                            .find(),
                    "no comment says why: " + sid);
        }
    }

    private static Set<String> words(String text) {
        return text == null || text.isBlank() ? new TreeSet<>() : new TreeSet<>(List.of(text.split(" ", -1)));
    }

    private static Set<String> documentsToSend(Template template) {
        return template.statements().stream()
                .filter(statement -> Template.texts(statement.path("Action")).contains("ssm:SendCommand"))
                .flatMap(statement -> Template.texts(statement.path("Resource")).stream())
                .filter(resource -> resource.contains(":document/"))
                .map(resource -> resource.substring(resource.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode statement(String sid) {
        return allStatements().stream()
                .filter(statement -> statement.path("Sid").asText().equals(sid))
                .findFirst()
                .orElseThrow();
    }

    /** Each statement that some parameters make. */
    private static List<JsonNode> allStatements() {
        return List.of(
                        EVERYTHING_ON_INSTANCES,
                        EVERYTHING_ON_GROUPS,
                        Map.of(
                                "Tracing",
                                "Active",
                                "KmsKeyArn",
                                "arn:aws:kms:us-east-1:123456789012:key/1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"))
                .stream()
                .flatMap(parameters -> Template.read(TEMPLATE, parameters).statements().stream())
                .collect(Collectors.toMap(
                        statement -> statement.path("Sid").asText(), statement -> statement, (a, b) -> a))
                .values()
                .stream()
                .toList();
    }
}
