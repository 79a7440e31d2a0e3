package launchguard.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.model.CaseId;
import org.jspecify.annotations.Nullable;

/**
 * A replacement of an instance.
 *
 * @param at when it was decided: before its successor was launched
 * @param effect when it took effect, if that was notably later than it was decided; else null
 * @param templateVersion what it was launched from; null when unknown
 * @param generation 1 for an instance whose template had no replacement before it was launched, else one more than
 *     theirs
 */
public record Replacement(
        CaseId caseId,
        Instant at,
        @Nullable Instant effect,
        @Nullable String templateVersion,
        int generation) {

    /** The time from which on it counts in the budget. */
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
     * The replacements that limits still need, in order of time. Budgets count those of the last window; generations
     * need the first of each template and generation in each of the windows that are remembered.
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
