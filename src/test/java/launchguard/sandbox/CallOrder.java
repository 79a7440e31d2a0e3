package launchguard.sandbox;

/** Who of several callers works: one at a time, between one of its calls and the next. */
interface CallOrder {
    /** A worker of that caller is going to begin, in a thread of its own; told by the caller. */
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
