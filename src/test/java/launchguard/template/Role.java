package launchguard.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The function's role, asked as IAM asks it. Knows the operators that the template uses, and fails on any other. */
public final class Role {
    private static final Path TEMPLATE = Path.of("template.yaml");

    private final List<JsonNode> statements;
    private final Template template;
    private final String optInValue;

    private Role(Template template) {
        this.template = template;
        this.statements = template.statements();
        this.optInValue = template.functionEnvironment().getOrDefault("LAUNCH_GUARD_OPT_IN_VALUE", "");
    }

    /** The role of a stack with these parameters; where they want whole groups redeployed, this one may be. */
    public static Role of(Map<String, String> parameters, String application, String deploymentGroup) {
        Map<String, String> all = new TreeMap<>(parameters);
        if ("group".equals(parameters.get("RedeployScope"))) {
            all.putIfAbsent("ApplicationArns", arn("codedeploy", "application:" + application));
            all.putIfAbsent(
                    "DeploymentGroupArns", arn("codedeploy", "deploymentgroup:" + application + "/" + deploymentGroup));
        }
        return new Role(Template.read(TEMPLATE, all));
    }

    /** An ARN in the account and region for which the template is worked out. */
    public static String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + Resolver.REGION + ":" + Resolver.ACCOUNT + ":" + resource;
    }

    /** The ARN of one of the stack's own resources, by its logical name. */
    public String own(String logicalName) {
        return template.arn(logicalName);
    }

    /** The statement that allows this; empty when none does. */
    public Optional<String> allows(IamRequest iamRequest) {
        return statements.stream()
                .filter(statement -> Template.texts(statement.path("Action")).contains(iamRequest.action()))
                .filter(statement -> Template.texts(statement.path("Resource")).stream()
                        .anyMatch(resource -> matches(resource, iamRequest.resource())))
                .filter(statement -> holds(statement.path("Condition"), iamRequest))
                .map(statement -> statement.path("Sid").asText())
                .findFirst();
    }

    /** Whether only the opt-in tag is missing: then IAM holds back what the owner has opted out meanwhile. */
    public boolean heldByTag(IamRequest iamRequest) {
        Map<String, List<String>> context = new TreeMap<>(iamRequest.context());
        for (String prefix : List.of("ssm:resourceTag/", "aws:ResourceTag/", "autoscaling:ResourceTag/")) {
            context.put(prefix + "launch-guard", List.of(optInValue));
        }
        return allows(new IamRequest(iamRequest.action(), iamRequest.resource(), context))
                .isPresent();
    }

    private static boolean matches(String pattern, String resource) {
        String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return resource.matches(regex);
    }

    private static boolean holds(JsonNode condition, IamRequest iamRequest) {
        return condition.properties().stream()
                .allMatch(operator -> operator.getValue().properties().stream()
                        .allMatch(test -> holds(
                                operator.getKey(),
                                iamRequest.context().getOrDefault(test.getKey(), List.of()),
                                Template.texts(test.getValue()))));
    }

    private static boolean holds(String operator, List<String> found, List<String> wanted) {
        return switch (operator) {
            case "StringEquals" -> found.size() == 1 && wanted.contains(found.getFirst());
            case "ForAllValues:StringEquals" -> wanted.containsAll(found);
            case "Null" -> wanted.equals(List.of(String.valueOf(found.isEmpty())));
            default -> throw new IllegalArgumentException("no condition operator " + operator);
        };
    }

    /** Every action of every statement that some parameters make, as "Sid action". */
    public static Map<String, JsonNode> grants() {
        Map<String, JsonNode> grants = new LinkedHashMap<>();
        for (Map<String, String> parameters : List.of(
                Map.of("Mode", "remediate", "Ladder", "restart,redeploy,replace"),
                Map.of("Mode", "remediate", "RedeployScope", "group"),
                Map.of("Tracing", "Active", "KmsKeyArn", arn("kms", "key/1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")))) {
            of(parameters, "rest-api", "prod")
                    .statements
                    .forEach(statement -> Template.texts(statement.path("Action"))
                            .forEach(action ->
                                    grants.putIfAbsent(statement.path("Sid").asText() + " " + action, statement)));
        }
        return grants;
    }
}
