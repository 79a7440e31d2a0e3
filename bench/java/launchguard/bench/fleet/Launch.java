package launchguard.bench.fleet;

import launchguard.scale.ScaleOut;

/** One instance's times for the peer, in seconds of the simulation, as in the recordings that ScaleOut plays. */
final class Launch {
    final double cloudInitEnd;
    final double deployed;
    double verdict = Double.NaN;

    /** The kernel starts six seconds after the launch; a raced deployment ends before cloud-init does, others after it. */
    Launch(double launched, boolean raced) {
        cloudInitEnd = launched + ScaleOut.BOOT + (raced ? ScaleOut.RACED_END : ScaleOut.HEALTHY_END);
        deployed = launched + ScaleOut.BOOT + (raced ? ScaleOut.RACED_DEPLOYED : ScaleOut.HEALTHY_DEPLOYED);
    }

    double delay() {
        return verdict - cloudInitEnd;
    }
}
