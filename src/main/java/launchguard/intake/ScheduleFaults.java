package launchguard.intake;

import launchguard.aws.AwsFailureException;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.cases.UnreadableCaseException;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/** Logs what failed in a tick of the schedule, which goes on with the rest. */
public final class ScheduleFaults {
    private final CaseClock clock;
    private final Notifier notifier;

    public ScheduleFaults(CaseClock clock, Notifier notifier) {
        this.clock = clock;
        this.notifier = notifier;
    }

    /** Work on one case, or null where it failed. A case that another invocation has changed meanwhile needs nothing. */
    @Nullable
    Case each(String what, Work<@Nullable Case> work) {
        try {
            return work.get();
        } catch (ConflictException movedOn) {
            return null;
        } catch (AwsFailureException | UnreadableCaseException fault) {
            notifier.fault(clock.now(), "the schedule could not " + what + "; it goes on with the others", fault);
            return null;
        }
    }

    /** Work that may have no result. */
    interface Work<T extends @Nullable Object> {
        T get();
    }
}
