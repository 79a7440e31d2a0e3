package launchguard.aws;

import java.util.List;
import java.util.function.Supplier;

/**
 * Does pieces of work in parallel. Each piece keeps the context of its caller: the invocation's deadline, the batch's
 * shared answers, and the rehearsal.
 */
public interface Workers {
    /** Does all pieces, and returns when all have ended; throws the first fault, if there was one. */
    void all(List<? extends Runnable> work);

    /** Does work exclusively: no other worker of this process works under the same key meanwhile. */
    <T> T alone(Object key, Supplier<T> work);

    /** Wraps work for another thread, with this thread's context. */
    static Runnable carried(Runnable work) {
        return RehearsalHttpClient.carried(Deadline.carried(SharedReads.carried(work)));
    }
}
