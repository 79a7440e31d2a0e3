package launchguard.probe;

/** Times in seconds, to the millisecond: epoch seconds in a double leave noise below it that would decide comparisons. */
public final class Millis {
    private Millis() {}

    /** The same moment without noise. */
    public static double rounded(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }
}
