package launchguard.steps;

import launchguard.cases.Case;

/** Collects faults of single cases, so that the others are probed all the same. */
public interface ProbeFaults {
    void add(Case current, RuntimeException fault);
}
