package launchguard.reliability.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import launchguard.Thorough;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 10 holds in every order of calls, and the exploration would see it if it did not. */
@Tag("verify")
class GateModelTest {
    private static final int FAULTS = Thorough.choose(1, 2);

    private static GateModel.Result explored(GateModel.Flaw flaw, boolean observe) {
        GateModel.Result result = new GateModel(flaw, observe, FAULTS).run();
        System.out.printf(
                "gate model: %s%s: %,d states, %,d transitions, broken: %s%n",
                flaw,
                observe ? ", observe mode" : "",
                result.states(),
                result.transitions(),
                result.broken().orElse("nothing"));
        return result;
    }

    @Test
    void promiseHolds() {
        assertEquals(Optional.empty(), explored(GateModel.Flaw.NONE, false).broken());
    }

    @Test
    void promiseHolds_inObserveMode() {
        assertEquals(Optional.empty(), explored(GateModel.Flaw.NONE, true).broken());
    }

    @ParameterizedTest
    @EnumSource(value = GateModel.Flaw.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenPromise_isFound(GateModel.Flaw flaw) {
        boolean observe = flaw == GateModel.Flaw.ABANDONS_IN_OBSERVE_MODE;
        String broken = explored(flaw, observe).broken().orElse("nothing");
        assertTrue(broken.startsWith("10:"), flaw + " was found as " + broken);
    }
}
