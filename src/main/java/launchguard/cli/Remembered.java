package launchguard.cli;

import launchguard.cases.Case;
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
