package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;
import org.jspecify.annotations.Nullable;

/** CodeDeploy. */
final class CodeDeployService implements Service {
    private static final int PAGE = 100;
    private static final int MOST_IDS = 25;
    private static final int MOST_GROUPS = 100;
    private static final String BAD_TOKEN = "InvalidNextTokenException";
    private final CodeDeploy codeDeploy;
    private final CreateDeployment create;
    private final SteppedClock clock;
    private final Settings settings;

    CodeDeployService(CodeDeploy codeDeploy, CreateDeployment create, SteppedClock clock, Settings settings) {
        this.codeDeploy = codeDeploy;
        this.create = create;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "codedeploy";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.ofEntries(
                Map.entry(
                        "GetDeployment",
                        input -> Json.object("deploymentInfo", deployment(input).info())),
                Map.entry("BatchGetDeployments", this::batchGetDeployments),
                Map.entry("ListDeployments", this::listDeployments),
                Map.entry(
                        "GetDeploymentGroup",
                        input -> Json.object("deploymentGroupInfo", group(input).info())),
                Map.entry("BatchGetDeploymentGroups", this::batchGetGroups),
                Map.entry("ListDeploymentGroups", this::listGroups),
                Map.entry("ListApplications", this::listApplications),
                Map.entry("ListDeploymentTargets", this::listTargets),
                Map.entry(
                        "GetDeploymentTarget",
                        input -> Json.object(
                                "deploymentTarget",
                                target(deployment(input), input.path("targetId").asText()))),
                Map.entry("BatchGetDeploymentTargets", this::batchGetTargets),
                Map.entry("CreateDeployment", create::create),
                Map.entry("StopDeployment", this::stop));
    }

    private Deployment deployment(ObjectNode input) {
        return deployment(Json.text(input, "deploymentId"));
    }

    private Deployment deployment(@Nullable String id) {
        if (id == null || id.isEmpty()) {
            throw new AwsError("DeploymentIdRequiredException", "At least one deployment ID must be specified.");
        } else if (!id.matches("d-[A-Z0-9]{9}")) {
            throw new AwsError(
                    "InvalidDeploymentIdException", "Specified DeploymentId is not in the valid format: " + id);
        }
        Deployment deployment = codeDeploy.deployments().get(id);
        if (deployment == null) {
            throw new AwsError("DeploymentDoesNotExistException", "The deployment " + id + " could not be found");
        }
        return deployment;
    }

    private DeploymentGroup group(ObjectNode input) {
        return create.group(input.path("applicationName").asText(), Json.text(input, "deploymentGroupName"));
    }

    private ObjectNode batchGetDeployments(ObjectNode input) {
        List<String> ids = atMost(MOST_IDS, input.path("deploymentIds"), "BatchLimitExceededException");
        return Json.object(
                "deploymentsInfo",
                ids.stream()
                        .map(codeDeploy.deployments()::get)
                        .filter(found -> found != null)
                        .map(Deployment::info)
                        .toList());
    }

    private ObjectNode listDeployments(ObjectNode input) {
        String application = Json.text(input, "applicationName");
        String group = Json.text(input, "deploymentGroupName");
        if (group != null && application == null) {
            throw new AwsError("ApplicationNameRequiredException", "The application name is required.");
        }
        if (application != null && group != null) {
            create.group(application, group);
        }
        List<String> statuses = Json.strings(input.path("includeOnlyStatuses"));
        JsonNode range = input.path("createTimeRange");
        Instant start = Json.time(range, "start");
        Instant end = Json.time(range, "end");
        List<String> ids = codeDeploy.all().reversed().stream()
                .filter(each -> application == null || each.group.application().equals(application))
                .filter(each -> group == null || each.group.name().equals(group))
                .filter(each -> statuses.isEmpty() || statuses.contains(each.status))
                .filter(each -> start == null || !each.createdAt.isBefore(start))
                .filter(each -> end == null || !each.createdAt.isAfter(end))
                .filter(each -> !each.createdAt.plus(settings.listLag()).isAfter(clock.instant()))
                .map(Deployment::id)
                .toList();
        return page(ids, input).output("deployments", "nextToken", id -> id);
    }

    private static Page<String> page(List<String> all, ObjectNode input) {
        return Page.of(all, Json.text(input, "nextToken"), PAGE, BAD_TOKEN);
    }

    private ObjectNode batchGetGroups(ObjectNode input) {
        String application = input.path("applicationName").asText();
        create.application(application);
        List<ObjectNode> found = new ArrayList<>();
        for (String name : atMost(MOST_GROUPS, input.path("deploymentGroupNames"), "BatchLimitExceededException")) {
            DeploymentGroup group = codeDeploy.groups().get(application + "/" + name);
            if (group != null) {
                found.add(group.info());
            }
        }
        return Json.object("deploymentGroupsInfo", found);
    }

    private ObjectNode listGroups(ObjectNode input) {
        String application = input.path("applicationName").asText();
        create.application(application);
        List<String> names = codeDeploy.groups().values().stream()
                .filter(each -> each.application().equals(application))
                .map(DeploymentGroup::name)
                .toList();
        return page(names, input)
                .output("deploymentGroups", "nextToken", name -> name)
                .put("applicationName", application);
    }

    private ObjectNode listApplications(ObjectNode input) {
        List<String> names = codeDeploy.groups().values().stream()
                .map(DeploymentGroup::application)
                .distinct()
                .toList();
        return page(names, input).output("applications", "nextToken", name -> name);
    }

    private ObjectNode listTargets(ObjectNode input) {
        Deployment deployment = deployment(input);
        List<String> statuses = Json.strings(input.path("targetFilters").path("TargetStatus"));
        List<String> ids = deployment.targets.values().stream()
                .filter(target -> statuses.isEmpty() || statuses.contains(target.status))
                .map(target -> target.instance)
                .toList();
        return page(ids, input).output("targetIds", "nextToken", id -> id);
    }

    private ObjectNode batchGetTargets(ObjectNode input) {
        Deployment deployment = deployment(input);
        List<String> ids = atMost(MOST_IDS, input.path("targetIds"), "DeploymentTargetListSizeExceededException");
        return Json.object(
                "deploymentTargets",
                ids.stream().map(id -> target(deployment, id)).toList());
    }

    private ObjectNode target(Deployment deployment, String id) {
        Deployment.Target target = deployment.targets.get(id);
        if (target == null) {
            throw new AwsError("DeploymentTargetDoesNotExistException", "The target " + id + " could not be found");
        }
        return Deployment.info(deployment, target, clock.instant());
    }

    private ObjectNode stop(ObjectNode input) {
        Deployment deployment = deployment(input);
        if (!deployment.active()) {
            throw new AwsError(
                    "DeploymentAlreadyCompletedException",
                    "The deployment " + deployment.id + " is already completed.");
        }
        clock.after(Duration.ofSeconds(1), () -> codeDeploy.finish(deployment, "Stopped"));
        return Json.object("status", "Pending", "statusMessage", "Deployment is being stopped.");
    }

    private static List<String> atMost(int most, JsonNode ids, String error) {
        if (ids.size() > most) {
            throw new AwsError(error, "The maximum number of names or IDs allowed for this request was exceeded.");
        }
        return Json.strings(ids);
    }
}
