package launchguard.cases;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import launchguard.cases.Seen.Kept;
import launchguard.verdict.Ownership;
import launchguard.verdict.Sighting;
import org.jspecify.annotations.Nullable;

/**
 * What earlier evidence of a case showed.
 *
 * @param bootId the boot that was probed; null before the first evidence
 * @param jvmSeen whether a JVM of a deployment was seen
 * @param jvmUnits the units in which such JVMs ran
 * @param evidence the last whole evidence as the probe printed it; null before the first
 * @param broken the evidence that the first remedy was decided by, once there is later one: pages and replays begin with it
 * @param looks what the looks at this boot came to, oldest first; null in a case that was stored before there were any
 */
public record Memory(
        @Nullable String bootId,
        boolean jvmSeen,
        Set<String> jvmUnits,
        @Nullable String evidence,
        @Nullable String broken,
        @Nullable List<Seen> looks) {
    /** As many as one evidence can hold. */
    private static final int MOST_CHARACTERS = 24_000;

    /** Asked every 15 minutes within the window of two hours, and after each remedy. */
    private static final int MOST_LOOKS = 20;

    /** Twice the most that a probe prints, as an item of the table may hold 400 KB. */
    private static final int LONGEST_EVIDENCE = 32_000;

    /** Nothing was seen yet. */
    public static final Memory NONE = new Memory(null, false, Set.of(), null);

    /** Copies its collections, as far as they do not grow for ever: transient units have a new name each time. */
    public Memory {
        jvmUnits = bounded(jvmUnits);
        looks = looks == null ? null : List.copyOf(looks);
    }

    /** Without looks. */
    public Memory(@Nullable String bootId, boolean jvmSeen, Set<String> jvmUnits, @Nullable String evidence) {
        this(bootId, jvmSeen, jvmUnits, evidence, null, List.of());
    }

    /** The JVMs that were seen, of whichever group. */
    public Set<Sighting> sightings() {
        Set<Sighting> seen = new HashSet<>();
        jvmUnits.forEach(unit -> seen.add(new Sighting(null, unit, Ownership.SIGN)));
        if (jvmSeen) {
            seen.add(new Sighting(null, null, Ownership.SIGN));
        }
        return seen;
    }

    /** This memory after another look; of too many, one in the middle is forgotten. */
    Memory looked(Memory before, Seen look, boolean remedied) {
        boolean sameBoot = bootId == null || bootId.equals(before.bootId);
        // A look that could not be judged leaves the memory as it was.
        boolean fresh = !equals(before);
        List<Seen> all = new ArrayList<>();
        boolean decided = remedied && before.broken == null;
        for (Seen earlier : sameBoot && before.looks != null ? before.looks : List.<Seen>of()) {
            all.add(fresh && earlier.kept() == Kept.LAST ? earlier.kept(decided ? Kept.BROKEN : null) : earlier);
        }
        all.add(look.kept(fresh ? Kept.LAST : null));
        if (all.size() > MOST_LOOKS) {
            all.stream()
                    .skip(MOST_LOOKS / 2)
                    .filter(seen -> seen.kept() == null)
                    .findFirst()
                    .ifPresent(all::remove);
        }
        String first = !sameBoot ? null : fresh && decided ? bounded(before.evidence) : before.broken;
        return new Memory(bootId, jvmSeen, jvmUnits, evidence, first, all);
    }

    private static @Nullable String bounded(@Nullable String printed) {
        return printed == null || printed.length() > LONGEST_EVIDENCE ? null : printed;
    }

    private static Set<String> bounded(Set<String> units) {
        Set<String> kept = new HashSet<>();
        int length = 0;
        for (String unit : new TreeSet<>(units)) {
            length += unit.length();
            if (length <= MOST_CHARACTERS) {
                kept.add(unit);
            }
        }
        return Set.copyOf(kept);
    }
}
