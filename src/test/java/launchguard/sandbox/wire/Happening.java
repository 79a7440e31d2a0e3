package launchguard.sandbox.wire;

import java.util.List;

/** What really happened, in order; the log of calls has what was requested. */
public sealed interface Happening {
    /** Who did it: a worker of the function. */
    String caller();

    /** An invocation began, with these messages of the queue; none where it was invoked directly. */
    record Began(String caller, List<String> messages) implements Happening {
        /** Copies its list. */
        public Began {
            messages = List.copyOf(messages);
        }
    }

    /** A call took effect, whether its answer arrived or not. */
    record Done(String caller, Call call) implements Happening {}
}
