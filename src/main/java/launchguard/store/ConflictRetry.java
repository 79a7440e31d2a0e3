package launchguard.store;

import java.util.function.Supplier;
import launchguard.cases.ConflictException;

/** Repeats work that lost a conditional write: it reads what was stored, and decides again. */
public final class ConflictRetry {
    /** Of concurrent writers one wins each round, so a loser needs only as many rounds as there are others. */
    private static final int MOST = 10;

    private ConflictRetry() {}

    /** Does the work until its writes are stored. */
    public static <T> T untilStored(Supplier<T> work) {
        for (int round = 1; ; round++) {
            try {
                return work.get();
            } catch (ConflictException lost) {
                if (round == MOST) {
                    throw lost;
                }
            }
        }
    }
}
