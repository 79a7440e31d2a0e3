package launchguard.guard;

import java.util.List;
import launchguard.verdict.JudgedDeployment;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment group lacks after a remedy of this case: JVMs that earlier probes saw and the last one did not.
 *
 * @param subject the group's deployment by the diagnosis that led to the remedy; null when that is unknown
 * @param units its services that are down; the JVM of another kind of process may be missing as well
 * @param bySign whether a sign had given such a JVM to the group; else only its start did
 */
public record JvmLoss(@Nullable JudgedDeployment subject, List<String> units, boolean bySign) {
    /** Copies its list. */
    public JvmLoss {
        units = List.copyOf(units);
    }
}
