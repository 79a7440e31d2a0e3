package launchguard.verdict;

import java.util.LinkedHashSet;
import java.util.Set;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.Jvm;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of a deployment group of this boot, as earlier evidence of a case showed it.
 *
 * @param groupId the deployment group's id; null when neither the instance nor CodeDeploy showed it
 * @param unit the systemd unit that it ran in; null when it ran in none
 */
public record SeenJvm(@Nullable String groupId, @Nullable String unit, Ownership ownership) {

    /** The JVMs of groups in one evidence; bystanders and JVMs in containers belong to no group. */
    public static Set<SeenJvm> in(Evidence evidence, Question question) {
        DeploymentHistories histories = DeploymentHistories.of(evidence, question);
        Set<SeenJvm> seen = new LinkedHashSet<>();
        for (DeploymentHistory group : histories.groups()) {
            for (Jvm jvm : histories.of(group)) {
                seen.add(new SeenJvm(group.groupId(), jvm.unit(), group.ownership(jvm)));
            }
        }
        return seen;
    }

    /** Whether it is of this group, as far as both are known. */
    boolean of(DeploymentHistory group) {
        return groupId == null || group.groupId() == null || groupId.equals(group.groupId());
    }
}
