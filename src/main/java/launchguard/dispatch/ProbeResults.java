package launchguard.dispatch;

import java.util.List;
import java.util.Map;
import launchguard.cases.Case;
import launchguard.model.CaseId;

/**
 * The results of a batch's probes.
 *
 * @param cases those that were probed or put off, as they are now
 * @param faults why others could not be
 */
public record ProbeResults(List<Case> cases, Map<CaseId, RuntimeException> faults) {
    /** Copies its parts. */
    public ProbeResults {
        cases = List.copyOf(cases);
        faults = Map.copyOf(faults);
    }

    /** Throws the first fault, for a caller that needs all of them. */
    void throwFirst() {
        faults.values().stream().findFirst().ifPresent(fault -> {
            throw fault;
        });
    }
}
