package launchguard.cli;

import java.util.List;
import java.util.Objects;
import launchguard.cases.Case;
import launchguard.cases.Seen;
import launchguard.cases.Seen.Kept;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import org.jspecify.annotations.Nullable;

/** The evidence that a case keeps. */
final class Remembered {
    private Remembered() {}

    /** What the first remedy was decided by, else the last; null where there is none. */
    static @Nullable Evidence first(Case one) {
        Evidence broken = read(one.memory().broken());
        return broken == null ? last(one) : broken;
    }

    /** What the newest look saw. */
    static @Nullable Evidence last(Case one) {
        return read(one.memory().evidence());
    }

    /** The look that has the last evidence, or the first; null in a case that an older version stored. */
    static @Nullable Seen seen(Case one, boolean last) {
        List<Seen> looks = Objects.requireNonNullElse(one.memory().looks(), List.of());
        boolean broken = !last && one.memory().broken() != null;
        return looks.stream()
                .filter(look -> look.kept() == (broken ? Kept.BROKEN : Kept.LAST))
                .findFirst()
                .orElse(null);
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
