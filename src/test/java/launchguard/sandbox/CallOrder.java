package launchguard.sandbox;

/** Decides which of several callers runs: one at a time, from one of its calls to the next. */
interface CallOrder {
    /** Announces a worker of that caller, which will begin in its own thread. */
    void expect(String worker);

    /** Returns when the worker has its first turn. */
    void begin(String worker);

    /** The worker has ended. */
    void end(String worker);

    /** Gives up the turn, and returns when it was called back and has its turn again. */
    void rest(String caller);

    /** Lets a caller that rests, or is going to, have its turn again. */
    void callBack(String caller);
}
