package launchguard.sandbox;

import java.time.Duration;

/** Runs a document's script on an instance. Live is the rule; thousand-fold runs may replay what a live run printed. */
@FunctionalInterface
public interface ScriptRunner {
    /** Runs the script on the root, whose clock is set already. */
    Result run(InstanceRoot root, String script, Duration limit);

    /** Runs scripts for real. */
    static ScriptRunner live() {
        return new LiveRunner();
    }

    /** Runs each script for real, but only once in this process on a root that is the same. */
    static ScriptRunner replaying() {
        return new ReplayRunner();
    }

    /**
     * How a script ended.
     *
     * @param exitCode of the shell; 137 when it was killed
     * @param stdout all of it
     * @param stderr all of it
     * @param killed because the limit was over
     */
    record Result(int exitCode, String stdout, String stderr, boolean killed) {}
}
