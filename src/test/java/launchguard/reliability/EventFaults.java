package launchguard.reliability;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Conflicts;
import launchguard.sandbox.wire.Effect;

/** Delays, repeats and drops events, and makes calls fail, as the seed decides. */
final class EventFaults {
    private static final int LATEST_MINUTES = 60;
    private static final int MOST_COPIES = 5;
    private static final Pattern INSTANCE = Pattern.compile("i-0[0-9a-f]{16}");
    private static final Effect NONE = new Effect.None();
    private final Plan plan;
    private final Random events;
    private final Random calls;
    private final Random conflicts;
    private final Set<String> reported = new HashSet<>();
    private final Set<Integer> deaths = new HashSet<>();
    private int number;
    private volatile boolean over;

    EventFaults(Plan plan) {
        this.plan = plan;
        this.events = new Random(plan.seed() + 1_000_000_007L);
        this.calls = new Random(plan.seed() + 2_000_000_011L);
        this.conflicts = new Random(plan.seed() + 3_000_000_019L);
        for (int i = 0; i < plan.deaths(); i++) {
            deaths.add(1 + calls.nextInt(90));
        }
    }

    void over(Sandbox aws) {
        aws.events().delays(this::travels);
        aws.faults().by(this::befalls);
    }

    /** From now on calls succeed: what is still open can be brought to its end. */
    void clears() {
        over = true;
    }

    /** Asks something of its own, which nothing befalls. */
    boolean quietly(BooleanSupplier question) {
        boolean before = over;
        over = true;
        try {
            return question.getAsBoolean();
        } finally {
            over = before;
        }
    }

    /** The instances of which at least one event reached the queue. */
    Set<String> reported() {
        return reported;
    }

    private synchronized List<Duration> travels(ObjectNode event) {
        boolean first = event.toString().contains("aws.autoscaling") && !reported.contains(instance(event));
        boolean lost = switch (plan.survivor()) {
            case ALL -> plan.lostSources().contains(event.path("source").asText());
            case RECHECK -> !first;
            case SCHEDULE -> true;
        };
        if (lost) {
            return List.of();
        }
        reported.add(instance(event));
        int copies = events.nextDouble() < plan.duplicates() ? 1 + events.nextInt(MOST_COPIES) : 1;
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            delays.add(
                    events.nextDouble() < plan.delays()
                            ? Duration.ofSeconds(events.nextInt(events.nextBoolean() ? 60 : LATEST_MINUTES * 60))
                            : Duration.ZERO);
        }
        return delays;
    }

    private static String instance(ObjectNode event) {
        Matcher found = INSTANCE.matcher(event.toString());
        return found.find() ? found.group() : "";
    }

    private synchronized Effect befalls(Call call) {
        if (over) {
            return NONE;
        }
        number++;
        if (deaths.contains(number)) {
            return calls.nextBoolean() ? new Effect.DieBefore() : new Effect.DieAfter();
        }
        if (calls.nextDouble() >= plan.faults()) {
            return overlaps(call);
        }
        return switch (calls.nextInt(4)) {
            case 0 -> new Effect.Throttle();
            case 1 -> new Effect.Fail(500, "InternalServerError", "asked for");
            case 2 -> new Effect.Fail(503, "ServiceUnavailable", "asked for");
            default -> new Effect.LoseAnswer();
        };
    }

    /** A transaction on one of its items; drawn apart, so that what else a seed draws is as before. */
    private Effect overlaps(Call call) {
        return Conflicts.concerns(call) && conflicts.nextDouble() < plan.faults()
                ? new Effect.Conflict(conflicts.nextInt(2))
                : NONE;
    }
}
