package launchguard.guard;

import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * An Auto Scaling group as it is now, and its deployment group.
 *
 * @param desired desired capacity
 * @param suspended names of suspended processes
 * @param refreshing whether an instance refresh is in progress
 * @param deploying deployments of the deployment group that have not ended
 * @param optedIn whether group and instance still carry the opt-in tag
 * @param revisionCurrent whether the diagnosed deployment's revision is the deployment group's last successful one
 */
public record GroupState(
        int desired,
        List<Member> members,
        Set<String> suspended,
        boolean refreshing,
        List<DeploymentId> deploying,
        boolean optedIn,
        boolean revisionCurrent) {
    /** Copies its collections. */
    public GroupState {
        members = List.copyOf(members);
        suspended = Set.copyOf(suspended);
        deploying = List.copyOf(deploying);
    }

    /** The instance's own entry; null when it is no longer in the group. */
    public @Nullable Member member(InstanceId instance) {
        return members.stream()
                .filter(member -> member.instance().equals(instance))
                .findFirst()
                .orElse(null);
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
        /** Whether it serves. */
        public boolean available() {
            return inService() && healthy;
        }

        /** Whether Auto Scaling has it in service. */
        public boolean inService() {
            return lifecycle.equals("InService");
        }

        /** Whether Auto Scaling is ending it. */
        public boolean ending() {
            return lifecycle.startsWith("Terminat") || lifecycle.startsWith("Detach");
        }
    }
}
