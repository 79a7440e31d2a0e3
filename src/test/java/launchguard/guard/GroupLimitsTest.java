package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import launchguard.guard.GroupState.Member;
import launchguard.model.CaseId;
import launchguard.model.InstanceId;
import launchguard.verdict.Verdict.Impact;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random orders of remedies in groups of broken instances, by seeds: none breaks the group's limits. */
class GroupLimitsTest {
    private static final Attempt.End[] ENDS = Attempt.End.values();

    /** A case whose remedy is under way. */
    private record Running(CaseId id, Action action, Instant ends) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void brokenGroups_staySafe_whateverHappens(long seed) {
        Random chance = new Random(seed);
        SituationBuilder scene = new SituationBuilder();
        scene.desired = 10;
        scene.percent = chance.nextInt(60);
        scene.maxReplacements = chance.nextInt(5);
        scene.windowEnds = SituationBuilder.LAUNCH.plus(Duration.ofDays(3));
        scene.ladder = List.of(Rung.values()).subList(chance.nextInt(3), 3);
        Map<CaseId, List<Attempt>> stories = new HashMap<>();
        List<Running> running = new ArrayList<>();
        List<Instant> replacedAt = new ArrayList<>();
        Set<InstanceId> replaced = new HashSet<>();
        Map<InstanceId, Integer> rounds = new HashMap<>();
        int acted = 0;
        for (int tick = 0; tick < 2_000; tick++) {
            scene.now = scene.now.plusSeconds(30 + chance.nextInt(60));
            end(scene, running, stories, replaced, rounds, chance);
            int number = 1 + chance.nextInt(10);
            CaseId id = new CaseId(
                    SituationBuilder.instance(number),
                    SituationBuilder.LAUNCH.plusSeconds(rounds.getOrDefault(SituationBuilder.instance(number), 0)),
                    1);
            if (replaced.contains(id.instance())
                    || running.stream().anyMatch(current -> current.id().equals(id))) {
                continue;
            }
            scene.verdict = SituationBuilder.stale(
                    chance.nextBoolean() ? Impact.FILES_GONE : Impact.REPLACED_IN_PLACE,
                    SituationBuilder.RACED,
                    100,
                    200);
            List<Attempt> story = stories.computeIfAbsent(id, ignored -> new ArrayList<>());
            Situation asked = new Situation(
                    id,
                    scene.verdict,
                    new History(story, 0, scene.windowEnds, false),
                    scene.limits(),
                    SituationBuilder.DEPLOYMENT_GROUP,
                    scene.now);
            if (Guard.decide(asked, scene.group(), scene.budget) instanceof Decision.Act act) {
                acted++;
                scene.budget = act.budget().nextVersion();
                running.add(new Running(id, act.action(), scene.now.plusSeconds(chance.nextInt(600))));
                assertTrue(
                        story.stream()
                                .noneMatch(earlier -> earlier.end() != Attempt.End.BUSY
                                        && earlier.action().equals(act.action())),
                        "twice: " + act.action());
                if (act.action() instanceof Action.Replace) {
                    replacedAt.add(scene.now);
                    replaced.add(id.instance());
                }
            }
            Instant since = scene.now.minus(Duration.ofHours(1));
            long inWindow = replacedAt.stream().filter(at -> at.isAfter(since)).count();
            assertTrue(
                    inWindow <= scene.maxReplacements,
                    inWindow + " replacements in an hour of " + scene.maxReplacements);
            assertTrue(running.size() <= scene.limits().unavailable(10), running.size() + " at once");
            scene.budget = scene.budget.tidied(scene.now, Duration.ofHours(1));
        }
        assertTrue(acted > 0, "nothing was ever done");
    }

    private static void end(
            SituationBuilder scene,
            List<Running> running,
            Map<CaseId, List<Attempt>> stories,
            Set<InstanceId> replaced,
            Map<InstanceId, Integer> rounds,
            Random chance) {
        for (Running remedy : List.copyOf(running)) {
            if (remedy.ends().isAfter(scene.now)) {
                continue;
            }
            running.remove(remedy);
            scene.budget = scene.budget.release(remedy.id()).nextVersion();
            int number = scene.members.indexOf(
                    new Member(remedy.id().instance(), "InService", true, SituationBuilder.TEMPLATE));
            if (remedy.action() instanceof Action.Replace) {
                // Its successor is another launch, broken like itself, under the same number.
                replaced.remove(remedy.id().instance());
                rounds.merge(remedy.id().instance(), 1, Integer::sum);
                assertTrue(number >= 0);
            } else {
                List<Attempt> story = stories.getOrDefault(remedy.id(), new ArrayList<>());
                story.add(new Attempt(story.size() + 1, remedy.action(), ENDS[chance.nextInt(ENDS.length)]));
            }
        }
    }
}
