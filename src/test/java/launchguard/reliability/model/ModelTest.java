package launchguard.reliability.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import launchguard.Thorough;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol keeps its promises in every order of calls, and the exploration would see it if it did not. */
@Tag("verify")
class ModelTest {
    /** Two take half a minute of processor time; three take several times that, and gigabytes. */
    private static final int FAULTS = Integer.getInteger("launchguard.model.faults", Thorough.choose(1, 2));

    private static void keeps(String name, Protocol.Bounds bounds) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Exploration.Result result = new Exploration(Flaw.NONE, bounds).run();
        long millis = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1_000_000;
        System.out.printf(
                "model: %s: %,d states, %,d transitions, longest story %d, %d ms of processor time%n",
                name, result.states(), result.transitions(), result.deepest(), millis);
        assertEquals(Optional.empty(), result.broken());
    }

    @Test
    @Tag("thorough")
    void anyFaults() {
        keeps("two instances, " + FAULTS + " faults", new Protocol.Bounds(2, FAULTS, false, false, false));
    }

    @Test
    void threeFaultsOnOneInstance() {
        keeps("one instance, 3 faults, doubts, deployments", new Protocol.Bounds(1, 3, true, true, false));
    }

    @Test
    void doubtsAndDeployments() {
        keeps("two instances, doubts, deployments, no fault", new Protocol.Bounds(2, 0, true, true, false));
    }

    @Test
    void observeMode() {
        keeps("two instances, 2 faults, doubts, observe mode", new Protocol.Bounds(2, 2, false, true, true));
    }

    @ParameterizedTest
    @EnumSource(value = Flaw.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenPromise_isFound(Flaw flaw) {
        boolean observe = flaw == Flaw.OBSERVE_ACTS;
        boolean doubts = flaw == Flaw.ACTS_ON_DOUBT;
        boolean holds = flaw == Flaw.LATE_UNCHECKED;
        Exploration.Result result = new Exploration(flaw, new Protocol.Bounds(2, 2, holds, doubts, observe)).run();
        String broken = result.broken().orElse("nothing");
        assertTrue(broken.startsWith(flaw.promise() + ":"), flaw + " was found as " + broken);
    }
}
