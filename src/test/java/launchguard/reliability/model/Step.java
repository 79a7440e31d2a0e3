package launchguard.reliability.model;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a case is, and where it may be next. */
enum Step {
    /** Not opened. */
    NONE,
    /** The instance is to be asked. */
    TO_PROBE,
    /** The probe was sent. */
    PROBING,
    /** A remedy is decided and reserved; whether it was sent is not known. */
    INTENDED,
    /** A remedy was sent, to the instance or to the whole group. */
    RUNNING,
    /** The instance was marked unhealthy. */
    REPLACING,
    /** Nothing more. */
    ENDED;

    private static final Map<Step, Set<Step>> NEXT = new EnumMap<>(Map.of(
            NONE, EnumSet.of(TO_PROBE, PROBING, ENDED),
            TO_PROBE, EnumSet.of(TO_PROBE, PROBING, INTENDED, ENDED),
            PROBING, EnumSet.of(TO_PROBE, PROBING, INTENDED, ENDED),
            INTENDED, EnumSet.of(TO_PROBE, INTENDED, RUNNING, REPLACING, ENDED),
            RUNNING, EnumSet.of(TO_PROBE, INTENDED, RUNNING, ENDED),
            REPLACING, EnumSet.of(TO_PROBE, REPLACING, ENDED),
            ENDED, EnumSet.noneOf(Step.class)));

    boolean mayBecome(Step next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /** Whether a timer must be running. */
    boolean open() {
        return this != NONE && this != ENDED;
    }
}
