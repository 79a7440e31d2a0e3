package launchguard.cases;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import launchguard.cases.Observation.Kept;
import launchguard.verdict.SeenJvm;
import org.jspecify.annotations.Nullable;

/**
 * What earlier evidence of a case showed.
 *
 * @param bootId the boot that was probed; null before the first evidence
 * @param seen the JVMs of deployment groups that evidence of this boot showed
 * @param evidence the last whole evidence as the probe printed it; null before the first
 * @param takenAt when that evidence was taken, on AWS's clock; null when unknown
 * @param broken the evidence that the first remedy was decided by, once there is later one: pages and replays begin
 *     with it
 * @param looks the results of this boot's probes, oldest first; null in a case of a version that did not store them
 * @param earlierAttempts the number of the last attempt of an earlier boot, which says nothing of this one; 0 for none
 * @param unknownSince when neither EC2 nor Auto Scaling knew the instance for the first time; null while one of them
 *     does
 */
public record Memory(
        @Nullable String bootId,
        Set<SeenJvm> seen,
        @Nullable String evidence,
        @Nullable Instant takenAt,
        @Nullable String broken,
        @Nullable List<Observation> looks,
        int earlierAttempts,
        @Nullable Instant unknownSince) {
    /** As many characters as one evidence can have. */
    private static final int MOST_CHARACTERS = 24_000;

    /** Asked every 15 minutes within the window of two hours, and after each remedy. */
    private static final int MOST_PROBES = 20;

    /** What each takes besides its words. */
    private static final int BESIDE = 60;

    /** Twice the most that a probe prints, since an item of the table holds 400 KB at most. */
    private static final int LONGEST_EVIDENCE = 32_000;

    private static final int FEW_PROBES = 4;

    /** Nothing was seen yet. */
    public static final Memory NONE = new Memory(null, Set.of(), null, null);

    /** Copies its collections, which must not grow without end: transient units have a new name each time. */
    public Memory {
        seen = bounded(seen);
        looks = looks == null ? null : List.copyOf(looks);
    }

    /** A memory without results of probes. */
    public Memory(@Nullable String bootId, Set<SeenJvm> seen, @Nullable String evidence, @Nullable Instant takenAt) {
        this(bootId, seen, evidence, takenAt, null, List.of(), 0, null);
    }

    /**
     * The same, with the time since when neither EC2 nor Auto Scaling knows the instance; null where one of them does.
     */
    public Memory unknownSince(@Nullable Instant moment) {
        return new Memory(bootId, seen, evidence, takenAt, broken, looks, earlierAttempts, moment);
    }

    /** The memory after another probe, with the number of attempts before it; of too many results one is dropped. */
    Memory after(Memory before, Observation result, int attempts) {
        boolean sameBoot = bootId == null || bootId.equals(before.bootId);
        boolean rebooted = !sameBoot && before.bootId != null;
        // A probe that could not be judged leaves the memory as it was.
        boolean fresh = !equals(before);
        List<Observation> all = new ArrayList<>();
        boolean decided = attempts > 0 && before.broken == null;
        for (Observation earlier : sameBoot && before.looks != null ? before.looks : List.<Observation>of()) {
            all.add(fresh && earlier.kept() == Kept.LAST ? earlier.kept(decided ? Kept.BROKEN : null) : earlier);
        }
        all.add(result.kept(fresh ? Kept.LAST : null));
        if (all.size() > MOST_PROBES) {
            all.stream()
                    .skip(MOST_PROBES / 2)
                    .filter(seen -> seen.kept() == null)
                    .findFirst()
                    .ifPresent(all::remove);
        }
        String first = !sameBoot ? null : fresh && decided ? bounded(before.evidence) : before.broken;
        return new Memory(
                bootId, seen, evidence, takenAt, first, all, rebooted ? attempts : before.earlierAttempts, null);
    }

    /** Without the evidence behind the first remedy, and with few results of probes: pages have less to show. */
    Memory brief() {
        List<Observation> few = looks == null || looks.size() <= FEW_PROBES
                ? looks
                : looks.subList(looks.size() - FEW_PROBES, looks.size());
        return new Memory(bootId, seen, evidence, takenAt, null, few, earlierAttempts, unknownSince);
    }

    /** Without evidence, and without units whose names fill the table: the next probe starts from nothing. */
    Memory empty() {
        return new Memory(bootId, Set.of(), null, null, null, List.of(), earlierAttempts, unknownSince);
    }

    private static @Nullable String bounded(@Nullable String printed) {
        return printed == null || printed.length() > LONGEST_EVIDENCE ? null : printed;
    }

    private static Set<SeenJvm> bounded(Set<SeenJvm> all) {
        Set<SeenJvm> kept = new HashSet<>();
        int length = 0;
        for (SeenJvm jvm :
                all.stream().sorted(Comparator.comparing(Memory::text)).toList()) {
            length += text(jvm).length() + BESIDE;
            if (length <= MOST_CHARACTERS) {
                kept.add(jvm);
            }
        }
        return Set.copyOf(kept);
    }

    private static String text(SeenJvm jvm) {
        return Objects.requireNonNullElse(jvm.unit(), "") + Objects.requireNonNullElse(jvm.groupId(), "");
    }
}
