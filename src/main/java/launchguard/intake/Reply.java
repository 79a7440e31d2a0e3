package launchguard.intake;

import java.util.List;
import launchguard.report.Outcome;

/** The answer to a signal. */
public sealed interface Reply {

    /** About one instance, or about none. */
    record One(Outcome outcome) implements Reply {}

    /** About each instance of a deployment. */
    record OfDeployment(List<Outcome> outcomes) implements Reply {
        /** Copies its list. */
        public OfDeployment {
            outcomes = List.copyOf(outcomes);
        }
    }

    /** About each instance of a group. */
    record OfGroup(List<Outcome> outcomes) implements Reply {
        /** Copies its list. */
        public OfGroup {
            outcomes = List.copyOf(outcomes);
        }
    }

    /** What the schedule found: cases whose timer was set again, and launches whose events were lost. */
    record Reconciled(int rearmed, int opened) implements Reply {}
}
