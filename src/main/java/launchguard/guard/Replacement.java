package launchguard.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.model.CaseId;
import org.jspecify.annotations.Nullable;

/**
 * An instance that was given up.
 *
 * @param at when it was decided: before its successor was launched
 * @param effect when it took effect, if that was notably later than it was decided; else null
 * @param templateVersion what it was launched from; null when unknown
 * @param generation 1 for an instance whose template had no replacement before it was launched, else one more than theirs
 */
public record Replacement(
        CaseId caseId,
        Instant at,
        @Nullable Instant effect,
        @Nullable String templateVersion,
        int generation) {

    /** From when on it counts in the budget. */
    Instant counted() {
        return effect == null ? at : effect;
    }

    Replacement delayed(Instant later) {
        return new Replacement(caseId, at, later, templateVersion, generation);
    }

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
     * Without what no limit looks back on: budgets count those of the last window, generations need of each template and
     * generation the first of each of the windows that are remembered. In order of time, as they were added.
     */
    static List<Replacement> tidied(List<Replacement> replacements, Instant now, Duration window, int remembered) {
        Instant counted = now.minus(window);
        Instant oldest = now.minus(window.multipliedBy(remembered));
        Set<List<Object>> first = new HashSet<>();
        return replacements.stream()
                .filter(done -> done.at().isAfter(oldest))
                .filter(done -> first.add(done.period(window)) || done.counted().isAfter(counted))
                .toList();
    }

    private List<Object> period(Duration window) {
        return List.of(
                String.valueOf(templateVersion), generation, at.getEpochSecond() / Math.max(1, window.toSeconds()));
    }
}
