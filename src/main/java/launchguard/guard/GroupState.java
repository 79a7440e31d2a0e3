package launchguard.guard;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * An Auto Scaling group as it is now, and its deployment group.
 *
 * @param desired desired capacity
 * @param inUnits whether desired capacity counts units (weights, vCPUs, MiB) instead of instances
 * @param suspended names of suspended processes
 * @param refreshing whether an instance refresh is in progress
 * @param deploying deployments that have not ended and hold a remedy back
 * @param optedIn whether group and instance still carry the opt-in tag
 * @param observed whether the group's own tag lowers it to mode observe
 * @param revisionCurrent whether the diagnosed deployment's revision is the deployment group's last successful one
 * @param reach what a deployment to the whole deployment group would reach
 * @param healthChecks Auto Scaling's health checks of the group, as in its HealthCheckType
 */
public record GroupState(
        int desired,
        boolean inUnits,
        List<Member> members,
        Set<String> suspended,
        boolean refreshing,
        List<DeploymentId> deploying,
        boolean optedIn,
        boolean observed,
        boolean revisionCurrent,
        Reach reach,
        Set<String> healthChecks) {
    /**
     * What a replacement needs. If Launch is suspended, the instance is terminated without a replacement; if one of the
     * others is, it is marked and nothing happens.
     */
    public static final List<String> REPLACING_PROCESSES = List.of("Launch", "Terminate", "ReplaceUnhealthy");

    private static final Set<String> OF_THE_HOST = Set.of("EC2", "EBS");

    /** Copies its collections. */
    public GroupState {
        members = List.copyOf(members);
        suspended = Set.copyOf(suspended);
        deploying = List.copyOf(deploying);
        healthChecks = Set.copyOf(healthChecks);
    }

    /** A group that counts instances, follows the function's mode and is all that its deployment group reaches. */
    public GroupState(
            int desired,
            List<Member> members,
            Set<String> suspended,
            boolean refreshing,
            List<DeploymentId> deploying,
            boolean optedIn,
            boolean revisionCurrent) {
        this(
                desired,
                false,
                members,
                suspended,
                refreshing,
                deploying,
                optedIn,
                false,
                revisionCurrent,
                Reach.OWN_GROUP,
                Set.of("EC2"));
    }

    /** With what is read of deployments and refreshes. */
    public GroupState with(
            boolean refreshingNow, List<DeploymentId> deployingNow, boolean current, Reach deploymentReach) {
        return new GroupState(
                desired,
                inUnits,
                members,
                suspended,
                refreshingNow,
                deployingNow,
                optedIn,
                observed,
                current,
                deploymentReach,
                healthChecks);
    }

    /** How many instances the group should have; in units, how many it has that are not leaving. */
    int size() {
        return inUnits
                ? Math.toIntExact(counted().filter(member -> !member.ending()).count())
                : desired;
    }

    /** How many instances the group lacks. */
    int missing() {
        return Math.max(0, size() - Math.toIntExact(counted().count()));
    }

    /** Health checks that look at the application, which a remedy takes down for a while. */
    public Set<String> applicationChecks() {
        return applicationChecks(healthChecks);
    }

    /** Those of these health checks that look at the application. */
    public static Set<String> applicationChecks(Set<String> healthChecks) {
        Set<String> checks = new TreeSet<>(healthChecks);
        checks.removeAll(OF_THE_HOST);
        return checks;
    }

    /** Its members without those of a warm pool, which are no part of its capacity. */
    Stream<Member> counted() {
        return members.stream().filter(member -> !member.warmed());
    }

    /** The instance's own entry; null when it is no longer in the group. */
    public @Nullable Member member(InstanceId instance) {
        return members.stream()
                .filter(member -> member.instance().equals(instance))
                .findFirst()
                .orElse(null);
    }

    /** Whether a launch lifecycle hook holds the instance out of service. */
    public boolean waits(InstanceId instance) {
        Member own = member(instance);
        return own != null && own.waits();
    }

    /**
     * One instance of the group.
     *
     * @param lifecycle Auto Scaling's LifecycleState
     * @param templateVersion launch template and version, or launch configuration; null when it has none
     */
    public record Member(
            InstanceId instance,
            String lifecycle,
            boolean healthy,
            @Nullable String templateVersion) {
        /** Auto Scaling's LifecycleState of an instance that serves. */
        public static final String IN_SERVICE = "InService";

        /** Whether it serves. */
        public boolean available() {
            return inService() && healthy;
        }

        /** Whether Auto Scaling has it in service. */
        public boolean inService() {
            return lifecycle.equals(IN_SERVICE);
        }

        /** Whether it waits in a warm pool. */
        boolean warmed() {
            return lifecycle.startsWith("Warmed");
        }

        /** Whether a launch lifecycle hook holds it out of service. */
        public boolean waits() {
            return lifecycle.equals("Pending:Wait");
        }

        /**
         * Whether it is about to be in service: no lifecycle hook holds it any more, and Auto Scaling takes some
         * seconds.
         */
        boolean proceeding() {
            return lifecycle.equals("Pending:Proceed");
        }

        /** Whether Auto Scaling has not put it in service yet. */
        boolean launching() {
            return lifecycle.startsWith("Pending");
        }

        /** Whether Auto Scaling is terminating it. */
        public boolean ending() {
            return lifecycle.startsWith("Terminat") || lifecycle.startsWith("Detach");
        }
    }
}
