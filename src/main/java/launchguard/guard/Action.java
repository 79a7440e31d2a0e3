package launchguard.guard;

import java.util.List;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;

/** What is to be done to an instance. */
public sealed interface Action {

    /** The rung that it belongs to. */
    Rung rung();

    /** Restart the unit of this process, if it is still the one that was diagnosed. */
    record Restart(int pid, long startTicks) implements Action {
        @Override
        public Rung rung() {
            return Rung.RESTART;
        }
    }

    /**
     * Run the deployment again on this instance alone.
     *
     * @param deployment what the instance names as installed last; may be a local one
     * @param processes the stale JVMs that were diagnosed
     * @param units the services of the group that were found down
     */
    record Redeploy(DeploymentGroup group, DeploymentId deployment, List<ProcessRef> processes, List<String> units)
            implements Action {
        /** Copies its lists; a case that was stored before there were units has none. */
        public Redeploy {
            processes = List.copyOf(processes);
            units = units == null ? List.of() : List.copyOf(units);
        }

        /** Whether only stale JVMs were diagnosed; else a JVM is missing. */
        public boolean onlyStale() {
            return units.isEmpty() && !processes.isEmpty();
        }

        @Override
        public Rung rung() {
            return Rung.REDEPLOY;
        }
    }

    /** Deploy this deployment's revision again to the whole deployment group. */
    record RedeployGroup(DeploymentGroup group, DeploymentId deployment) implements Action {
        @Override
        public Rung rung() {
            return Rung.REDEPLOY;
        }
    }

    /** Mark the instance unhealthy, so that Auto Scaling replaces it. */
    record Replace() implements Action {
        @Override
        public Rung rung() {
            return Rung.REPLACE;
        }
    }

    /** A process that can't be mistaken for a later one of the same number; {@code startTicks} are since boot. */
    record ProcessRef(int pid, long startTicks) {}
}
