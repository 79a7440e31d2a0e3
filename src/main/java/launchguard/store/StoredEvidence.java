package launchguard.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import launchguard.cases.Case;
import launchguard.cases.Memory;
import launchguard.cases.Observation;
import launchguard.cases.Observation.Kept;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.JudgedEvidence;
import org.jspecify.annotations.Nullable;

/** Reads the evidence that a case stores. */
public final class StoredEvidence {
    private StoredEvidence() {}

    /** The evidence behind the first remedy, else the last; null where there is none. */
    public static @Nullable Evidence first(Case current) {
        Evidence broken = read(current.memory().broken());
        return broken == null ? last(current) : broken;
    }

    /** The newest evidence. */
    public static @Nullable Evidence last(Case current) {
        return last(current.memory());
    }

    /** As {@link #last(Case)}, from a case's memory. */
    public static @Nullable Evidence last(Memory memory) {
        return read(memory.evidence());
    }

    /**
     * The result of the probe with the last stored evidence, or the first; null in a case that an older version stored.
     */
    public static @Nullable Observation seen(Case current, boolean last) {
        List<Observation> looks = Objects.requireNonNullElse(current.memory().looks(), List.of());
        boolean broken = !last && current.memory().broken() != null;
        return looks.stream()
                .filter(look -> look.kept() == (broken ? Kept.BROKEN : Kept.LAST))
                .findFirst()
                .orElse(null);
    }

    /** The stored evidence with its verdicts, oldest first. */
    public static List<JudgedEvidence> judged(Case current) {
        List<JudgedEvidence> judged = new ArrayList<>();
        for (boolean last : current.memory().broken() == null ? new boolean[] {true} : new boolean[] {false, true}) {
            Evidence evidence = last ? last(current) : first(current);
            Observation seen = seen(current, last);
            if (evidence != null && seen != null) {
                judged.add(new JudgedEvidence(evidence, seen.verdict(), seen.marginSeconds(), seen.reason()));
            }
        }
        return judged;
    }

    private static @Nullable Evidence read(@Nullable String printed) {
        if (printed == null) {
            return null;
        }
        try {
            return EvidenceReader.read(printed);
        } catch (UnreadableEvidenceException ofAnotherVersion) {
            return null;
        }
    }
}
