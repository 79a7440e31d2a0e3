package launchguard.steps;

import launchguard.cases.Case;

/** Collects the faults of single cases, so that the other cases are still probed. */
public interface ProbeFaults {
    void add(Case current, RuntimeException fault);
}
