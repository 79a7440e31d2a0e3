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

    /** What came of exploring it: the promise that was broken, with the story that leads there; empty when all were kept. */
    private static Optional<String> broken(String name, SmallModel model) {
        SmallModel.Result result = model.explore();
        System.out.printf(
                "model: %s, %d faults: %,d states, %,d transitions, broken: %s%n",
                name,
                FAULTS,
                result.states(),
                result.transitions(),
                result.broken().orElse("nothing"));
        return result.broken();
    }

    private static void found(Enum<?> flaw, int promise, Optional<String> broken) {
        String story = broken.orElse("nothing");
        assertTrue(story.startsWith(promise + ":"), flaw + " was found as " + story);
    }

    @Test
    void schedule() {
        assertEquals(Optional.empty(), broken("schedule", new ScheduleModel(ScheduleModel.Flaw.NONE, FAULTS)));
    }

    @ParameterizedTest
    @EnumSource(value = ScheduleModel.Flaw.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenSchedule_isFound(ScheduleModel.Flaw flaw) {
        found(flaw, flaw.promise(), broken("schedule, " + flaw, new ScheduleModel(flaw, FAULTS)));
    }

    @Test
    void wholeGroup() {
        assertEquals(Optional.empty(), broken("whole group", new WholeGroupModel(WholeGroupModel.Flaw.NONE, FAULTS)));
    }

    @ParameterizedTest
    @EnumSource(value = WholeGroupModel.Flaw.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenWholeGroup_isFound(WholeGroupModel.Flaw flaw) {
        found(flaw, flaw.promise(), broken("whole group, " + flaw, new WholeGroupModel(flaw, FAULTS)));
    }
}
