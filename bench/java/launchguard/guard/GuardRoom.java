package launchguard.guard;

import java.time.Instant;
import launchguard.guard.GroupState.Member;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Whether one of a group of two hundred may be replaced, where twenty others have been. */
@State(Scope.Thread)
public class GuardRoom {
    private static final int MEMBERS = 200;
    private static final int REPLACED = 20;

    private Situation situation;
    private GroupState group;
    private GroupBudget budget;

    /** As the flow has it when it asks. */
    @Setup
    public void gather() {
        SituationBuilder scene = new SituationBuilder().ladder(Rung.REPLACE);
        for (int i = scene.members.size() + 1; i <= MEMBERS; i++) {
            scene.members.add(new Member(SituationBuilder.instance(i), "InService", true, SituationBuilder.TEMPLATE));
        }
        scene.desired = MEMBERS;
        Instant before = scene.now.minusSeconds(7200);
        for (int i = 1; i <= REPLACED; i++) {
            scene.budget = scene.budget.replaced(
                    SituationBuilder.caseOf(i + 1), before.plusSeconds(i), SituationBuilder.TEMPLATE, 0);
        }
        situation = scene.situation();
        group = scene.group();
        budget = scene.budget;
    }

    /** A verdict to what is done. */
    @Benchmark
    public Decision decision() {
        return Guard.decide(situation, group, budget);
    }
}
