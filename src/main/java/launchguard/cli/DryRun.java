package launchguard.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Clients;
import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.guard.Decision;
import launchguard.guard.GroupBudget;
import launchguard.guard.GroupState;
import launchguard.guard.Guard;
import launchguard.guard.History;
import launchguard.guard.Reach;
import launchguard.guard.Situation;
import launchguard.model.CaseId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.settings.Settings;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Says what the function would do about a verdict, and changes nothing. Settings come from the variables {@code
 * LAUNCH_GUARD_…} of this terminal or the defaults, and the function's table is not read.
 */
record DryRun(Clients clients, Map<String, String> environment) {

    /**
     * The remedy, or the refusal that would hold it back.
     *
     * @param shown the deployment that the instance shows; null when it shows none
     * @param deployed whether CodeDeploy itself says that this deployment reached the instance
     * @return null when nothing would be done, or when that could not be read
     */
    @Nullable
    String would(InstanceId instance, Verdict verdict, @Nullable DeploymentId shown, boolean deployed) {
        if (!broken(verdict)) {
            return null;
        }
        try {
            return read(instance, verdict, deployed ? shown : null);
        } catch (AwsFailureException notAllowed) {
            return null;
        }
    }

    private static boolean broken(Verdict verdict) {
        return switch (verdict.name()) {
            case STALE_JDK, JDK_REPLACED, DEPLOYMENT_FAILED -> true;
            case UNREACHABLE,
                    INCONCLUSIVE,
                    STILL_BOOTING,
                    BOOT_STUCK,
                    STALE_BYSTANDER,
                    NOT_DEPLOYED,
                    LUCKY_RACE,
                    HEALTHY -> false;
        };
    }

    private @Nullable String read(InstanceId instance, Verdict verdict, @Nullable DeploymentId deployment) {
        Settings settings = settings();
        Groups groups = new Groups(clients);
        Groups.Place place = groups.of(List.of(instance)).get(instance);
        Instances.Facts facts =
                new Instances(clients).describe(List.of(instance)).get(instance);
        ScalingGroup group =
                place == null ? null : groups.describe(place.group()).orElse(null);
        // A deployment to the whole group depends on what only the function's table knows.
        if (facts == null || group == null || settings.limits().wholeGroup()) {
            return null;
        }
        DeploymentGroup deploymentGroup = deployment == null || deployment.local()
                ? null
                : new Deployments(clients, InstantSource.system())
                        .group(deployment)
                        .orElse(null);
        Instant now = InstantSource.system().instant();
        Situation situation = new Situation(
                new CaseId(instance, facts.launchedAt(), 1),
                verdict,
                null,
                new History(List.of(), 0, now.plus(Duration.ofHours(1)), true),
                settings.limits(),
                deploymentGroup,
                now);
        Decision decision = Guard.settled(situation)
                .orElseGet(() -> Guard.decide(
                        situation,
                        state(settings, instance, facts, group, deploymentGroup),
                        GroupBudget.empty(group.name())));
        return decision instanceof Decision.Refuse refused
                ? refused.would() == null ? refused.refusal().name().name() : refused.would()
                : null;
    }

    private GroupState state(
            Settings settings,
            InstanceId instance,
            Instances.Facts facts,
            ScalingGroup group,
            @Nullable DeploymentGroup deploymentGroup) {
        String value = settings.optInValue();
        return new GroupState(
                group.desired(),
                group.inUnits(),
                group.members(),
                group.suspended(),
                new Groups(clients).refreshing(group.name()),
                deploymentGroup == null ? List.of() : new GroupDeployments(clients).holding(deploymentGroup, instance),
                value.equals(facts.tags().get(Settings.OPT_IN_KEY))
                        && value.equals(group.tags().get(Settings.OPT_IN_KEY))
                        && settings.selects(group.name()),
                Settings.observed(group.tags()),
                true,
                Reach.OWN_GROUP,
                Set.of());
    }

    private Settings settings() {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("LAUNCH_GUARD_TABLE", "none");
        all.putIfAbsent("LAUNCH_GUARD_QUEUE_URL", "none");
        return Settings.from(all);
    }
}
