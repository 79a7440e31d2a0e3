package launchguard.model;

import java.util.regex.Pattern;

/**
 * The id of a CodeDeploy deployment, as the service or a local run of the agent named it.
 *
 * @param value {@code d-4XAMPLE01}; local runs: {@code d-0P04JV81Y-local} (agent 1.x) or {@code local-2210} (agent 2.x)
 */
public record DeploymentId(String value) {
    // Nine capital letters or digits so far; AWS has lengthened ids of other services before.
    private static final Pattern SHAPE = Pattern.compile("d-[A-Za-z0-9]{1,20}(?:-local)?|local-[0-9]{1,10}");

    /** Refuses whatever neither the service nor an agent could have named so. */
    public DeploymentId {
        Validation.matches("deployment id", value, SHAPE, "d- and letters or digits, as in d-4XAMPLE01");
    }

    /** Whether the agent made this deployment by itself; CodeDeploy's API does not know it then. */
    public boolean local() {
        return value.startsWith("local-") || value.endsWith("-local");
    }

    @Override
    public String toString() {
        return value;
    }
}
