package launchguard.sandbox.wire;

/** Lets calls of several callers through one after the other. */
public interface Gate {
    /** Every caller may pass at any time. */
    Gate OPEN = new Gate() {
        @Override
        public void enter(String caller) {}
    };

    /** Waits until the caller, known by its access key, may be served. */
    void enter(String caller);
}
