package launchguard.dispatch;

import launchguard.intake.BatchLookups;
import launchguard.intake.DeploymentArrivals;
import launchguard.intake.GateArrivals;
import launchguard.intake.LaunchArrivals;
import launchguard.intake.PatchArrivals;
import launchguard.intake.SignalResult;
import launchguard.signal.Signal;

/** Routes events about instances to the class that opens or joins their cases. */
final class Arrivals {
    private final LaunchArrivals launches;
    private final DeploymentArrivals deployments;
    private final GateArrivals gate;
    private final PatchArrivals patches;

    Arrivals(LaunchArrivals launches, DeploymentArrivals deployments, GateArrivals gate, PatchArrivals patches) {
        this.launches = launches;
        this.deployments = deployments;
        this.gate = gate;
        this.patches = patches;
    }

    SignalResult begin(Signal.Arrival arrival, BatchLookups lookups) {
        return switch (arrival) {
            case Signal.InstanceLaunched launched -> launches.launched(launched, lookups);
            case Signal.LaunchFailed failed -> launches.failed(failed, lookups);
            case Signal.InstanceHeld held -> gate.held(held, lookups);
            case Signal.InstanceDeployed deployed -> deployments.deployed(deployed, lookups);
            case Signal.DeploymentEnded ended -> deployments.ended(ended, lookups);
            case Signal.Patched patched -> patches.patched(patched, lookups);
        };
    }
}
