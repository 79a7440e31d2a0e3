package launchguard.guard;

import java.util.List;
import launchguard.verdict.JudgedDeployment;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment group lacks after a remedy of this case: JVMs that earlier probes saw and the last one did not.
 *
 * @param subject the group's deployment by the diagnosis that led to the remedy; null when that is unknown
 * @param units its services that are down; a JVM that ran in no service may be missing, too
 * @param bySign whether a sign showed that such a JVM belonged to the group; otherwise only its start time did
 */
public record JvmLoss(@Nullable JudgedDeployment subject, List<String> units, boolean bySign) {
    /** Copies its list. */
    public JvmLoss {
        units = List.copyOf(units);
    }
}
