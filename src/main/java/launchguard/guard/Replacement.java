package launchguard.guard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.model.CaseId;
import org.jspecify.annotations.Nullable;

/**
 * An instance that was given up.
 *
 * @param templateVersion what it was launched from; null when unknown
 * @param generation 1 for an instance whose template had no replacement before it was launched, else one more than theirs
 */
public record Replacement(
        CaseId caseId, Instant at, @Nullable String templateVersion, int generation) {

    /** Which generation of replacements an instance is that was launched then from this template. */
    static int generation(List<Replacement> replacements, @Nullable String templateVersion, Instant launchedAt) {
        return 1
                + replacements.stream()
                        .filter(done -> templateVersion != null
                                && templateVersion.equals(done.templateVersion())
                                && !done.at().isAfter(launchedAt))
                        .mapToInt(Replacement::generation)
                        .max()
                        .orElse(0);
    }

    /**
     * Without what no limit looks back on: budgets count those since {@code counted}, generations need the first of each
     * template and generation since {@code remembered}. In order of time, as they were added.
     */
    static List<Replacement> tidied(List<Replacement> replacements, Instant counted, Instant remembered) {
        Set<List<Object>> first = new HashSet<>();
        List<Replacement> kept = new ArrayList<>();
        for (Replacement done : replacements) {
            boolean news =
                    done.templateVersion() != null && first.add(List.of(done.templateVersion(), done.generation()));
            if (done.at().isAfter(counted) || (news && done.at().isAfter(remembered))) {
                kept.add(done);
            }
        }
        return kept;
    }
}
