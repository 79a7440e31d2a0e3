package launchguard.aws;

import java.util.List;
import java.util.function.Supplier;

/**
 * Does pieces of work side by side. Each piece belongs to the invocation, the batch and the rehearsal that ask for it:
 * its calls have that deadline, share that batch's answers, and are answered by that rehearsal.
 */
public interface Workers {
    /** Does all of it, and returns when all has ended; then throws the first fault, if there was one. */
    void all(List<? extends Runnable> work);

    /** Does work that no other worker of this process does at the same time under the same key; calls may be made in it. */
    <T> T alone(Object key, Supplier<T> work);

    /** That work, for another thread: with what this thread's calls are bound to. */
    static Runnable carried(Runnable work) {
        return RehearsalHttpClient.carried(Deadline.carried(SharedReads.carried(work)));
    }
}
