package launchguard.reliability.model;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a case's wait at the launch gate is, and where it may be next. */
enum Hold {
    /** The instance is not held, as far as the case knows. */
    NONE,
    /** It waits. */
    OPEN,
    /** CONTINUE is decided. */
    RELEASING,
    /** CONTINUE was answered. */
    RELEASED,
    /** ABANDON was answered. */
    ABANDONED,
    /** Over without an answer of ours. */
    GONE;

    private static final Map<Hold, Set<Hold>> NEXT = new EnumMap<>(Map.of(
            // Of a wait that no event reported, the decision that ends it is the first that is stored.
            NONE, EnumSet.of(NONE, OPEN, RELEASING),
            OPEN, EnumSet.of(OPEN, RELEASING, ABANDONED, GONE),
            RELEASING, EnumSet.of(RELEASING, RELEASED, GONE),
            RELEASED, EnumSet.of(RELEASED, OPEN),
            ABANDONED, EnumSet.of(ABANDONED),
            GONE, EnumSet.of(GONE, OPEN)));

    boolean mayBecome(Hold next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /** Whether the instance may still wait for our answer. */
    boolean open() {
        return this == OPEN || this == RELEASING;
    }
}
