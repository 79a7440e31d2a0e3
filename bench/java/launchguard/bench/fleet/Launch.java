package launchguard.bench.fleet;

import java.util.Random;

/** One instance's times, in seconds of the simulation; what becomes of it is filled in. */
final class Launch {
    final boolean raced;
    final double cloudInitEnd;
    final double deployed;
    boolean known;
    boolean sent;
    double verdict = Double.NaN;

    Launch(Random chance, double launched, boolean raced) {
        this.raced = raced;
        cloudInitEnd = launched + 50 + 40 * chance.nextDouble();
        // A raced deployment ends before cloud-init does; the others begin when it has ended.
        deployed = raced ? cloudInitEnd - 1 - 15 * chance.nextDouble() : cloudInitEnd + 5 + 20 * chance.nextDouble();
    }

    double delay() {
        return verdict - cloudInitEnd;
    }
}
