package launchguard.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import launchguard.Thorough;
import launchguard.cases.Case;
import launchguard.sandbox.Command;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Effect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many launches at once: the limits hold to the exact number, and people get few mails. */
@Tag("verify")
class StormTest {
    private static final int WORKERS = 8;
    private static final int LAUNCHES = Integer.getInteger("launchguard.launches", Thorough.choose(40, 300));
    /** Of each storm at the launch gate. */
    private static final int GATED = Integer.getInteger("launchguard.launches", Thorough.choose(9, 40));

    private static final int BUDGET = 7;

    /** The gate's own, and what CodeDeploy's deployment takes here at most. */
    private static final Duration DEADLINE = Duration.ofMinutes(31);

    @Test
    @Tag("thorough")
    void manyLaunches_theBudgetHoldsExactly_andOneNotificationIsSent() throws Exception {
        try (ReliabilityStage ground = new ReliabilityStage(
                "Ladder", "replace", "MaxReplacements", String.valueOf(BUDGET), "LaunchWindow", "PT10M")) {
            ground.group.replacements(gone -> ground.players.image(ReliabilityStage.HEALTHY, "success", Duration.ZERO));
            List<Instance> all = new ArrayList<>();
            for (int i = 0; i < LAUNCHES; i++) {
                all.add(ground.raced());
            }
            ground.rushToTheEnd(WORKERS);

            Map<String, Integer> ends = new TreeMap<>();
            all.forEach(
                    instance -> ends.merge(ground.status(instance) + " " + ground.refusal(instance), 1, Integer::sum));
            System.out.printf(
                    "storm: %d launches, %d calls, %s%n",
                    LAUNCHES, ground.aws.calls().all().size(), ends);
            assertEquals(Map.of("REPLACED null", BUDGET, "ESCALATED REPLACEMENT_BUDGET", LAUNCHES - BUDGET), ends);
            assertEquals(BUDGET, ground.aws.instances().size() - LAUNCHES, "replaced by Auto Scaling");
            assertEquals(
                    BUDGET,
                    ground.aws.calls().of("autoscaling", "SetInstanceHealth").stream()
                            .map(call -> call.input().path("InstanceId").asText())
                            .distinct()
                            .count());
            Map<String, Integer> single = Map.of(
                    "ActionNotice replace", 1,
                    "RefusalNotice REPLACEMENT_BUDGET", 1,
                    "ClosedNotice REPLACED", 1,
                    "ClosedNotice ESCALATED", 1);
            assertEquals(single, ground.mails());
            ground.aws.advance(Duration.ofHours(1));
            for (int tick = 0; tick < 3; tick++) {
                ground.aws.runSchedule();
            }
            Map<String, Integer> mails = ground.mails();
            mails.keySet().removeAll(single.keySet());
            assertEquals(1, mails.size(), "one summary: " + mails);
            JsonNode counts = ground.summaries().getFirst().path("counts");
            System.out.println("storm: summed up as " + counts);
            assertEquals(BUDGET, counts.path("replace").asInt());
            assertEquals(BUDGET, counts.path("REPLACED").asInt());
            assertEquals(LAUNCHES - BUDGET, counts.path("REPLACEMENT_BUDGET").asInt());
            assertEquals(LAUNCHES - BUDGET, counts.path("ESCALATED").asInt());
            // Some have met their own launch deployment first, which passes by itself.
            Set<String> more = new TreeSet<>();
            counts.fieldNames().forEachRemaining(more::add);
            more.removeAll(Set.of("replace", "REPLACED", "REPLACEMENT_BUDGET", "ESCALATED", "DEPLOYMENT_RUNNING"));
            assertEquals(Set.of(), more);
            assertEquals(List.of(), ground.aws.deadLetters().messages());
        }
    }

    private static Duration longestHold(ReliabilityStage ground) {
        return ground.aws.instances().stream()
                .flatMap(instance -> ground.latest(instance).stream())
                .map(Case::gate)
                .filter(Objects::nonNull)
                .map(gate -> {
                    assertFalse(gate.open(), gate::toString);
                    return gate.held(ground.aws.clock().instant());
                })
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /** An image that always races, gated: each launch is repaired while it waits, and none is abandoned. */
    @Test
    @Tag("thorough")
    void gatedLaunches_thatAllRace_areRepairedBeforeTheyServe() {
        try (ReliabilityStage ground = new ReliabilityStage()) {
            ground.group.gated();
            List<Instance> all = new ArrayList<>();
            for (int i = 0; i < GATED; i++) {
                all.add(ground.raced());
            }
            ground.rushToTheEnd(WORKERS);

            Map<String, Integer> ends = new TreeMap<>();
            all.forEach(instance -> ends.merge(ground.status(instance) + " " + instance.lifecycle(), 1, Integer::sum));
            Duration longest = longestHold(ground);
            System.out.printf(
                    "gated storm: %d launches, %d calls, %s, longest hold %s%n",
                    GATED, ground.aws.calls().all().size(), ends, longest);
            assertEquals(Map.of("REPAIRED InService", GATED), ends);
            assertEquals(GATED, ground.aws.instances().size(), "none was abandoned");
            assertTrue(longest.compareTo(DEADLINE) < 0, longest.toString());
            assertEquals(List.of(), ground.aws.deadLetters().messages());
        }
    }

    /** The same, where no local remedy helps: abandoned within the budget, all others let go on by the deadline. */
    @Test
    @Tag("thorough")
    void gatedLaunches_thatCantBeRepaired_areAbandonedWithinTheBudget() {
        try (ReliabilityStage ground = new ReliabilityStage(
                "MaxReplacements", String.valueOf(BUDGET), "MaxUnavailablePercent", "100", "LaunchWindow", "PT10M")) {
            ground.group
                    .gated()
                    .replacements(gone -> ground.players.image(ReliabilityStage.RACED, "apphook-fails", Duration.ZERO));
            for (int i = 0; i < GATED; i++) {
                ground.launch(ReliabilityStage.RACED, "apphook-fails");
            }
            ground.rushToTheEnd(WORKERS);

            Map<String, Integer> ends = new TreeMap<>();
            ground.aws
                    .instances()
                    .forEach(instance ->
                            ends.merge(ground.status(instance) + " " + instance.lifecycle(), 1, Integer::sum));
            int replaced = ground.aws.instances().size() - GATED;
            Duration longest = longestHold(ground);
            System.out.printf(
                    "gated storm without a remedy: %d launches, %d calls, %s, longest hold %s%n",
                    GATED, ground.aws.calls().all().size(), ends, longest);
            assertEquals(BUDGET, replaced, "replaced by Auto Scaling");
            assertEquals(GATED, ground.group.instances().size());
            ground.group.instances().forEach(instance -> assertEquals("InService", instance.lifecycle()));
            assertTrue(longest.compareTo(DEADLINE.plusMinutes(1)) < 0, longest.toString());
            assertEquals(List.of(), ground.aws.deadLetters().messages());
        }
    }

    @Test
    void replacementsThatRaceAgain_stopAfterTheSecondGeneration_andLocalRemediesGoOn() throws Exception {
        try (ReliabilityStage ground = new ReliabilityStage("Ladder", "redeploy,replace", "MaxReplacements", "50")) {
            ground.group.replacements(
                    gone -> ground.players.image(ReliabilityStage.RACED, "apphook-fails", Duration.ZERO));
            for (int i = 0; i < 3; i++) {
                ground.launch(ReliabilityStage.RACED, "apphook-fails");
            }
            ground.workToTheEnd(1, 1);

            List<Instance> all = ground.aws.instances();
            List<Instance> last = all.stream()
                    .filter(instance -> ground.refusal(instance).equals("RECURRING"))
                    .toList();
            assertEquals(3, last.size(), "the group's three places end so");
            assertTrue(all.size() >= 3 + 2, "two generations were replaced");
            for (Instance instance : last) {
                assertEquals("ESCALATED", ground.status(instance));
                assertEquals("running", instance.state());
                assertEquals(
                        1,
                        ground.remedies().stream()
                                .filter(command -> command.instances().contains(instance.id()))
                                .count(),
                        "the local remedy is tried");
                String reason = ground.published("Case Closed", instance)
                        .getFirst()
                        .path("reason")
                        .asText();
                assertTrue(reason.contains("fix the image"), reason);
            }
            assertEquals(1, ground.mails().get("ClosedNotice ESCALATED"));
            ground.group.templateVersion(2);
            Instance mended = ground.launch(ReliabilityStage.RACED, "apphook-fails");
            ground.workToTheEnd(1, 1);
            assertEquals("REPLACED", ground.status(mended), "another template version begins anew");
        }
    }

    /** One, two and three at once in each build; what else has one or two in the long run. */
    static List<Share> shares() {
        return Thorough.part(
                List.of(
                        new Share(2, 20, 1),
                        new Share(1, 20, 1),
                        new Share(3, 20, 1),
                        new Share(5, 40, 2),
                        new Share(5, 20, 1),
                        new Share(1, 70, 1),
                        new Share(5, 70, 3),
                        new Share(2, 70, 1),
                        new Share(3, 70, 2)),
                3);
    }

    record Share(int size, int percent, int atOnce) {}

    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("shares")
    void share_isRoundedDown_andNeverBelowOne(Share share) {
        int size = share.size();
        int percent = share.percent();
        try (ReliabilityStage ground = new ReliabilityStage("MaxUnavailablePercent", String.valueOf(percent))) {
            ground.aws.settings().commandTime(Duration.ofSeconds(50));
            List<Instance> all = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                all.add(ground.raced());
            }
            ground.workToTheEnd(size, WORKERS);
            assertEquals(
                    List.of("REPAIRED"),
                    all.stream().map(ground::status).distinct().toList());
            assertEquals(share.atOnce(), peak(ground.remedies()));
        }
    }

    private static long peak(List<Command> remedies) {
        return remedies.stream()
                .map(Command::requestedAt)
                .mapToLong(then ->
                        remedies.stream().filter(command -> runs(command, then)).count())
                .max()
                .orElse(0);
    }

    private static boolean runs(Command command, Instant then) {
        Instant end = command.endOn(command.instances().iterator().next()).orElse(Instant.MAX);
        return !command.requestedAt().isAfter(then) && end.isAfter(then);
    }

    @Test
    void groupOfOne_isRepairedLocally_andReplacedOnlyWhereItsOwnerSaysSo() {
        for (boolean allowed : new boolean[] {false, true}) {
            try (ReliabilityStage ground = new ReliabilityStage("ReplaceSingle", String.valueOf(allowed))) {
                Instance mendable = ground.raced();
                ground.workToTheEnd(1, 1);
                assertEquals("REPAIRED", ground.status(mendable));
                ground.aws.terminate(mendable);
                ground.group.desired(1);
                Instance stubborn = ground.launch(ReliabilityStage.RACED, "apphook-fails");
                ground.workToTheEnd(1, 1);
                assertEquals(
                        allowed ? "REPLACED null" : "ESCALATED SINGLE_INSTANCE_GROUP",
                        ground.status(stubborn) + " " + ground.refusal(stubborn));
            }
        }
    }

    /** TTL deletes nothing in the sandbox: whatever frees the reservation, it is not that. */
    @Test
    void crashWhileReserved_holdsTheShareUntilItExpires_andNoLonger() {
        try (ReliabilityStage ground = new ReliabilityStage()) {
            Instance lost = ground.raced();
            ground.work(1, 1, Duration.ofSeconds(10));
            ground.aws
                    .faults()
                    .by(call -> dies(lost, call.operation(), call.input().toString()));
            ground.work(1, 1, Duration.ofMinutes(3));
            assertTrue(ground.aws.faults().dead() || died(ground), "nobody died");
            Instance other = ground.raced();
            Instant launched = ground.aws.clock().instant();
            ground.workToTheEnd(1, 1);
            assertEquals("REPAIRED", ground.status(other));
            Command repair = ground.remedies().stream()
                    .filter(command -> command.instances().contains(other.id()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(
                    "UNAVAILABLE_SHARE",
                    ground.published("Refusal", other)
                            .getFirst()
                            .path("refusal")
                            .asText());
            Duration held = Duration.between(launched, repair.requestedAt());
            assertTrue(
                    held.compareTo(Duration.ofMinutes(15)) > 0 && held.compareTo(Duration.ofHours(2)) < 0, held + "");
        }
    }

    private static boolean died(ReliabilityStage ground) {
        return ground.aws.invocations().stream().anyMatch(invocation -> invocation.failure() != null);
    }

    /** From the moment that its remedy would be sent on, every process that touches this instance dies. */
    private static Effect dies(Instance instance, String operation, String input) {
        boolean send = operation.equals("SendCommand") && input.contains("Redeploy");
        boolean look = operation.equals("ListCommands") || operation.equals("GetItem");
        return (send && input.contains(instance.id())) || (look && input.contains(instance.id()))
                ? new Effect.DieBefore()
                : new Effect.None();
    }
}
