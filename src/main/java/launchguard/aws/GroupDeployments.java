package launchguard.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.aws.DeploymentDescriptions.Description;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentLimitExceededException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;

/** Reads and creates deployments of a CodeDeploy deployment group. */
public final class GroupDeployments {
    private static final int IDS_A_CALL = 25;
    private static final List<DeploymentStatus> UNDER_WAY = List.of(
            DeploymentStatus.CREATED,
            DeploymentStatus.QUEUED,
            DeploymentStatus.IN_PROGRESS,
            DeploymentStatus.BAKING,
            DeploymentStatus.READY);

    /** Creator of a deployment to one instance that leaves its group. */
    private static final String OF_LEAVING = "autoscalingTermination";

    /** Who began it is not known, so it may reach any instance. */
    private static final Description NOT_DESCRIBED = new Description("", null, null, null);

    /** Deploys again to those instances of the group that missed a deployment. */
    private static final String FOLLOW_UP = "CodeDeployAutoUpdate";

    /** Up to so many launch deployments are read one by one, whenever they were begun. */
    private static final int FEW = 5;

    /** The deployments of one launch are created within this. */
    private static final Duration ONE_LAUNCH = Duration.ofSeconds(10);

    /** The one target of a launch deployment never changes. */
    private static final int LAUNCHES_KEPT = 1_000;

    private final Clients clients;
    private final Lazy<CodeDeployClient> client;
    private final Revisions revisions;
    private final DeploymentDescriptions descriptions = new DeploymentDescriptions();
    private final RecentAnswers<DeploymentId, List<InstanceId>> launched = new RecentAnswers<>(LAUNCHES_KEPT);

    /** Uses their CodeDeploy client. */
    public GroupDeployments(Clients clients) {
        this(clients, clients.codeDeploy);
    }

    private GroupDeployments(Clients clients, Lazy<CodeDeployClient> client) {
        this.clients = clients;
        this.client = client;
        this.revisions = new Revisions(clients);
    }

    /** How far a deployment is. */
    public enum State {
        /** Not ended. */
        UNDER_WAY,
        /** Ended well on every instance. */
        SUCCEEDED,
        /** Ended otherwise. */
        FAILED
    }

    /** The same for work that can wait: throttled calls are not retried. */
    public GroupDeployments lowPriority() {
        return new GroupDeployments(clients, clients.codeDeployLowPriority);
    }

    /**
     * Deployments that have not ended and hold a remedy on this instance back: those that reach it, and those of its
     * deployment group that a person or a rollback has begun. A launch deployment of another instance does not.
     */
    public List<DeploymentId> holding(DeploymentGroup group, InstanceId instance) {
        return holding(group, instance, null);
    }

    /**
     * As {@link #holding(DeploymentGroup, InstanceId)}, for an instance in service. Finding the instance of a launch
     * deployment takes one call for each. Where many are under way, only those are read that were begun when this
     * instance's own was: Auto Scaling's hooks begin all deployments of one launch at the same moment.
     *
     * @param own when the instance's own launch deployment was created; null when unknown
     */
    public List<DeploymentId> holding(DeploymentGroup group, InstanceId instance, @Nullable Instant own) {
        Map<DeploymentId, Description> underWay = SharedReads.once(new UnderWay(group), () -> described(group));
        boolean many = underWay.entrySet().stream()
                        .filter(deployment -> deployment.getValue().ofLaunch()
                                && launched.find(deployment.getKey()).isEmpty())
                        .count()
                > FEW;
        return underWay.entrySet().stream()
                .filter(deployment -> !many
                        || !deployment.getValue().ofLaunch()
                        || sameMoment(own, deployment.getValue().createdAt()))
                .filter(deployment -> holds(deployment.getKey(), deployment.getValue(), instance))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean sameMoment(@Nullable Instant own, @Nullable Instant other) {
        return own == null
                || other == null
                || Duration.between(own, other).abs().compareTo(ONE_LAUNCH) <= 0;
    }

    /** Key of a shared read: the deployments of a group that have not ended. */
    private record UnderWay(DeploymentGroup group) {}

    private Map<DeploymentId, Description> described(DeploymentGroup group) {
        List<DeploymentId> underWay = underWay(group);
        Map<DeploymentId, Description> known = descriptions.of(client.get(), underWay);
        Map<DeploymentId, Description> all = new LinkedHashMap<>();
        underWay.forEach(id -> all.put(id, known.getOrDefault(id, NOT_DESCRIBED)));
        return all;
    }

    /**
     * As {@link #holding}, for an instance that is not in service yet: a deployment that a person has begun for the
     * fleet does not reach it.
     */
    public List<DeploymentId> comingTo(DeploymentGroup group, InstanceId instance) {
        return underWay(group).stream()
                .filter(deployment -> targets(deployment).contains(instance))
                .toList();
    }

    private boolean holds(DeploymentId deployment, Description description, InstanceId instance) {
        if (description.ofLaunch() || description.creator().equals(OF_LEAVING)) {
            return targets(deployment).contains(instance);
        }
        if (description.creator().equals(FOLLOW_UP)) {
            List<InstanceId> targets = targets(deployment);
            return targets.isEmpty() || targets.contains(instance);
        }
        return true;
    }

    /** The instances that it goes to; empty while CodeDeploy has chosen none. */
    private List<InstanceId> targets(DeploymentId deployment) {
        List<InstanceId> before = launched.find(deployment).orElse(List.of());
        if (!before.isEmpty()) {
            return before;
        }
        List<InstanceId> targets =
                Call.to("list the targets of " + deployment, "codedeploy:ListDeploymentTargets", () -> {
                    try {
                        return Targets.of(client.get(), deployment);
                    } catch (CodeDeployException fault) {
                        return CodeDeployErrors.<List<InstanceId>>emptyIfNotFound(fault)
                                .orElse(List.of());
                    }
                });
        return launched.keep(deployment, targets);
    }

    /** What a deployment to the whole group would reach. */
    public DeploymentReach reach(DeploymentGroup group) {
        return Call.to(
                "read deployment group " + group.name(),
                "codedeploy:GetDeploymentGroup",
                () -> DeploymentReach.of(client.get()
                        .getDeploymentGroup(request ->
                                request.applicationName(group.application()).deploymentGroupName(group.name()))
                        .deploymentGroupInfo()));
    }

    /** Deployments of a deployment group that have not ended. */
    public List<DeploymentId> underWay(DeploymentGroup group) {
        return Call.to(
                "list deployments of " + group.name(),
                "codedeploy:ListDeployments",
                () -> client
                        .get()
                        .listDeploymentsPaginator(request -> request.applicationName(group.application())
                                .deploymentGroupName(group.name())
                                .includeOnlyStatuses(UNDER_WAY))
                        .deployments()
                        .stream()
                        .map(DeploymentId::new)
                        .toList());
    }

    /** Whether this deployment's revision is the one that the group last deployed with success. */
    public boolean revisionCurrent(DeploymentGroup group, DeploymentId deployment) {
        if (deployment.local()) {
            return false;
        }
        return Call.to("compare revisions of " + group.name(), "codedeploy:GetDeploymentGroup", () -> {
            RevisionLocation current = revisions.current(group);
            return current != null && current.equals(revisions.of(deployment.value()));
        });
    }

    /**
     * Deploys the last successful revision to the whole group again. So no text of an instance can choose an older
     * revision, and a revision that was released since the decision stays.
     *
     * @param description names the case, so that the deployment is found again; at most 256 characters
     * @return the new deployment; empty when CodeDeploy is deploying to the group already
     */
    public Optional<DeploymentId> redeploy(DeploymentGroup group, DeploymentId deployment, String description) {
        return Call.to("deploy " + deployment + " again to " + group.name(), "codedeploy:CreateDeployment", () -> {
            RevisionLocation current = revisions.current(group);
            try {
                return Optional.of(new DeploymentId(clients.codeDeployOnce
                        .get()
                        .createDeployment(request -> request.applicationName(group.application())
                                .deploymentGroupName(group.name())
                                .revision(current)
                                .fileExistsBehavior("OVERWRITE")
                                .description(description))
                        .deploymentId()));
            } catch (DeploymentLimitExceededException busy) {
                return Optional.empty();
            }
        });
    }

    /** The deployment of this group that was created since then with exactly this description. */
    public Optional<DeploymentId> created(DeploymentGroup group, String description, Instant since) {
        return Call.to("look for a deployment \"" + description + "\"", "codedeploy:ListDeployments", () -> {
            List<String> ids = clients
                    .codeDeploy
                    .get()
                    .listDeploymentsPaginator(request -> request.applicationName(group.application())
                            .deploymentGroupName(group.name())
                            .createTimeRange(range -> range.start(since)))
                    .deployments()
                    .stream()
                    .toList();
            for (int from = 0; from < ids.size(); from += IDS_A_CALL) {
                Optional<DeploymentId> found =
                        described(ids.subList(from, Math.min(ids.size(), from + IDS_A_CALL)), description);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        });
    }

    private Optional<DeploymentId> described(List<String> ids, String description) {
        return clients
                .codeDeploy
                .get()
                .batchGetDeployments(request -> request.deploymentIds(ids))
                .deploymentsInfo()
                .stream()
                .filter(info -> description.equals(info.description()))
                .map(info -> new DeploymentId(info.deploymentId()))
                .findFirst();
    }

    /** How far a deployment is. */
    public State state(DeploymentId deployment) {
        @Nullable
        DeploymentStatus status = Call.to(
                "read deployment " + deployment,
                "codedeploy:GetDeployment",
                () -> clients.codeDeploy
                        .get()
                        .getDeployment(request -> request.deploymentId(deployment.value()))
                        .deploymentInfo()
                        .status());
        if (status == DeploymentStatus.SUCCEEDED) {
            return State.SUCCEEDED;
        }
        return status == DeploymentStatus.FAILED || status == DeploymentStatus.STOPPED ? State.FAILED : State.UNDER_WAY;
    }
}
