package launchguard.reliability.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Schedule and redeployments of a whole group keep their promises in every order of calls, and a break would be seen. */
@Tag("verify")
class SmallModelsTest {
    private static final int FAULTS = 3;

    private static SmallModel.Result explored(String name, SmallModel model) {
        SmallModel.Result result = model.explore();
        System.out.printf(
                "model: %s, %d faults: %,d states, %,d transitions, broken: %s%n",
                name,
                FAULTS,
                result.states(),
                result.transitions(),
                result.broken().orElse("nothing"));
        return result;
    }

    @Test
    void schedule() {
        assertEquals(
                Optional.empty(),
                explored("schedule", new ScheduleModel(ScheduleModel.Flaw.NONE, FAULTS))
                        .broken());
    }

    @ParameterizedTest
    @EnumSource(value = ScheduleModel.Flaw.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenSchedule_isFound(ScheduleModel.Flaw flaw) {
        String broken = explored("schedule, " + flaw, new ScheduleModel(flaw, FAULTS))
                .broken()
                .orElse("nothing");
        assertTrue(broken.startsWith(flaw.promise() + ":"), flaw + " was found as " + broken);
    }

    @Test
    void wholeGroup() {
        assertEquals(
                Optional.empty(),
                explored("whole group", new WholeGroupModel(WholeGroupModel.Flaw.NONE, FAULTS))
                        .broken());
    }

    @ParameterizedTest
    @EnumSource(value = WholeGroupModel.Flaw.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenWholeGroup_isFound(WholeGroupModel.Flaw flaw) {
        String broken = explored("whole group, " + flaw, new WholeGroupModel(flaw, FAULTS))
                .broken()
                .orElse("nothing");
        assertTrue(broken.startsWith(flaw.promise() + ":"), flaw + " was found as " + broken);
    }
}
