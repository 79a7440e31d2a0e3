package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import launchguard.Thorough;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Conflicts;
import launchguard.sandbox.wire.Effect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * DynamoDB refuses a write while a transaction on the same item is under way: once, nine times, or for longer than an
 * invocation repeats it. Each kind of write of each story meets that.
 */
@Tag("verify")
class TransactionConflictTest {
    /** Where no message comes back: the schedule sends a digest at its next tick, and a remedy that is under way goes on. */
    private static final List<String> LATE = List.of("PutItem GROUP#tally", ".*counted/remedy/.*");

    private int runs;

    /** So often one write is repeated. */
    private static final int MOST = 10;

    /** A single conflict is the first of nine. */
    private static final List<Integer> TIMES =
            Thorough.RUN ? List.of(1, MOST - 1, Integer.MAX_VALUE) : List.of(MOST - 1, Integer.MAX_VALUE);

    /** Longer than an invocation; over when the message comes back. */
    private static final Duration LASTS = Duration.ofMinutes(8);

    /** Stories that make each kind of write. */
    @SuppressWarnings("ImmutableEnumChecker") // never changed
    enum Story {
        REPLACED(TransactionConflictTest::launchToReplace, "Ladder", "replace", "ReplaceSingle", "true"),
        ABANDONED(
                stage -> {
                    // A message that comes back finds it waiting still.
                    stage.group().launchHook("launch-guard-gate", Duration.ofMinutes(30), "CONTINUE");
                    launchToReplace(stage);
                },
                "Ladder",
                "replace",
                "ReplaceSingle",
                "true"),
        WHOLE_GROUP(
                stage -> stage.launch(FunctionStage.RACED),
                "RedeployScope",
                "group",
                "Ladder",
                "redeploy",
                "MaxUnavailablePercent",
                "100"),
        SUMMED_UP(
                stage -> {
                    stage.launch(FunctionStage.RACED);
                    stage.launch(FunctionStage.RACED);
                },
                "Mode",
                "observe"),
        LAUNCHES_FAIL(stage -> {
            for (int i = 0; i < 2; i++) {
                FailedLaunchesTest.fails(stage, "");
                stage.aws.settle(Duration.ofMinutes(30));
            }
        });

        private final Consumer<FunctionStage> launches;
        private final String[] parameters;

        Story(Consumer<FunctionStage> launches, String... parameters) {
            this.launches = launches;
            this.parameters = parameters;
        }

        /** To its end, and past the window of its notifications. */
        void run(FunctionStage stage) {
            launches.accept(stage);
            stage.settle();
            stage.aws.advance(Duration.ofMinutes(70));
            for (int i = 0; i < 2; i++) {
                stage.aws.schedule();
                stage.settle();
                stage.aws.advance(Duration.ofMinutes(15));
            }
        }
    }

    private static void launchToReplace(FunctionStage stage) {
        stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
        stage.launch(FunctionStage.RACED);
    }

    /** The end of a story: each instance's status, the counts, the published events, the last digest. */
    private record End(
            List<String> cases,
            List<String> states,
            Map<String, Integer> metrics,
            Map<String, Integer> events,
            Map<String, Integer> digest) {
        static End of(FunctionStage stage) {
            Map<String, Integer> metrics = new TreeMap<>();
            for (JsonNode line : stage.logLines()) {
                line.at("/_aws/CloudWatchMetrics/0/Metrics")
                        .forEach(metric -> metrics.merge(metric.path("Name").asText(), 1, Integer::sum));
            }
            Map<String, Integer> events = new TreeMap<>();
            Map<String, Integer> digest = new TreeMap<>();
            stage.aws.events().from("launch-guard").forEach(event -> {
                events.merge(event.path("detail-type").asText(), 1, Integer::sum);
                event.at("/detail/counts")
                        .properties()
                        .forEach(count ->
                                digest.put(count.getKey(), count.getValue().asInt()));
            });
            return new End(
                    stage.aws.instances().stream()
                            .map(instance -> stage.latest(instance)
                                    .map(found -> found.status() + " "
                                            + found.attempts().size() + " "
                                            + found.finding().refusal())
                                    .orElse("none"))
                            .toList(),
                    stage.aws.instances().stream().map(Instance::lifecycle).toList(),
                    metrics,
                    events,
                    digest);
        }
    }

    /**
     * A redelivered message, or the next tick, has completed the work, and may have sent an event again each time,
     * since an end is stored after its event. As after a crash, a verdict may be missing in the metrics, and so may the
     * event of a remedy under way. An instance whose launch failed may be gone by then, and has no case.
     */
    private static void mended(Story story, End undisturbed, End end, int returned) {
        if (story != Story.LAUNCHES_FAIL) {
            assertEquals(undisturbed.cases(), end.cases());
            assertEquals(undisturbed.digest(), end.digest());
            undisturbed.metrics().forEach((name, times) -> {
                int counted = end.metrics().getOrDefault(name, 0);
                boolean ofVerdict = List.of("DetectionDelay", "RaceMarginSeconds", "Verdicts")
                        .contains(name);
                assertTrue(counted == times || (ofVerdict && counted == times - 1), name + " " + end);
            });
        }
        assertEquals(undisturbed.states(), end.states());
        undisturbed.events().forEach((type, times) -> {
            int sent = end.events().getOrDefault(type, 0);
            String mayLack = story == Story.LAUNCHES_FAIL ? "Launch Guard Case Closed" : "Launch Guard Action";
            int least = type.equals(mayLack) ? times - 1 : times;
            assertTrue(least <= sent && sent <= times + Math.max(1, returned), type + " " + end);
        });
    }

    /** The operation and the items of a write, without what differs between items of a kind. */
    private static String kind(Call call) {
        return items(call)
                .replaceAll("i-[0-9a-f]{17}", "INSTANCE")
                .replaceAll("[0-9]{12}\\.[0-9]{6}", "CASE")
                .replaceAll("group/[^#]+#", "GROUP#")
                .replaceAll("counted/[a-z]+/", "counted/remedy/")
                .replaceAll("counted/[A-Z_]+/", "counted/end/");
    }

    private static String items(Call call) {
        StringBuilder items = new StringBuilder(call.operation());
        call.input()
                .findParents("sk")
                .forEach(keys -> items.append(' ')
                        .append(keys.at("/pk/S").asText())
                        .append('#')
                        .append(keys.at("/sk/S").asText()));
        return items.toString();
    }

    /** Each kind of write once; with -Pthorough in each story, its first and its last. */
    @Test
    void whatConflicts_isStoredOnce() {
        Set<String> met = new HashSet<>();
        List<String> faults = new ArrayList<>();
        for (Story story : Story.values()) {
            Map<String, List<Integer>> places = new LinkedHashMap<>();
            End undisturbed = undisturbed(story, places);
            places.forEach((kind, all) -> {
                if (met.add(kind) || Thorough.RUN) {
                    for (int place : new TreeSet<>(
                            Thorough.RUN ? List.of(all.getFirst(), all.getLast()) : List.of(all.getLast()))) {
                        for (int times : TIMES) {
                            runs++;
                            try {
                                conflicts(
                                        story,
                                        undisturbed,
                                        place,
                                        times,
                                        LATE.stream().noneMatch(kind::matches));
                            } catch (AssertionError | RuntimeException fault) {
                                faults.add(
                                        story + ", " + kind + ", write " + place + ", " + times + " times: " + fault);
                            }
                        }
                    }
                }
            });
        }
        assertEquals(List.of(), faults);
        System.out.printf("conflicts: %d kinds of writes, %d runs%n", met.size(), runs);
        assertEquals(9, met.size(), met::toString);
    }

    private static End undisturbed(Story story, Map<String, List<Integer>> places) {
        try (FunctionStage stage = FunctionStage.remediating(story.parameters)) {
            story.run(stage);
            List<Call> all = stage.aws.calls().where(Conflicts::concerns);
            for (int i = 0; i < all.size(); i++) {
                places.computeIfAbsent(kind(all.get(i)), kind -> new ArrayList<>())
                        .add(i);
            }
            return End.of(stage);
        }
    }

    private static void conflicts(Story story, End undisturbed, int place, int times, boolean comesBack) {
        try (FunctionStage stage = FunctionStage.remediating(story.parameters)) {
            AtomicInteger writes = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            String[] which = new String[1];
            Instant[] end = new Instant[1];
            stage.aws.faults().by(call -> {
                if (!Conflicts.concerns(call)) {
                    return new Effect.None();
                }
                if (writes.getAndIncrement() == place) {
                    which[0] = items(call);
                    end[0] = call.at().plus(LASTS);
                }
                boolean refuses = items(call).equals(which[0])
                        && (times == Integer.MAX_VALUE ? call.at().isBefore(end[0]) : refused.get() < times);
                if (refuses) {
                    refused.incrementAndGet();
                    return new Effect.Conflict(
                            call.input().path("TransactItems").size() - 1);
                }
                return new Effect.None();
            });
            story.run(stage);
            int returned = stage.aws.invocations().stream()
                    .mapToInt(invocation -> invocation.answer().split("itemIdentifier", -1).length - 1)
                    .sum();
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            if (times < MOST) {
                assertEquals(times, refused.get());
                assertEquals(0, returned, "returned to the queue");
                assertEquals(undisturbed, End.of(stage));
            } else {
                assertTrue(refused.get() >= MOST, "refused " + refused);
                assertEquals(comesBack, returned > 0, "returned to the queue");
                mended(story, undisturbed, End.of(stage), returned);
            }
        }
    }
}
