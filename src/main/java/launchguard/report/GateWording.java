package launchguard.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import org.jspecify.annotations.Nullable;

/** Chooses the words about the launch gate's hold of one instance. */
public final class GateWording {
    private GateWording() {}

    /** How a hold stands or ended. */
    private enum End {
        HELD,
        PROVED,
        UNPROVED,
        OBSERVED,
        POOLED,
        ABANDONED,
        GONE
    }

    private static End end(Gate gate) {
        return switch (gate.state()) {
            case OPEN, RELEASING -> End.HELD;
            case RELEASED -> released(gate);
            case ABANDONED -> End.ABANDONED;
            case GONE -> End.GONE;
        };
    }

    private static End released(Gate gate) {
        if (gate.observed()) {
            return End.OBSERVED;
        }
        if (gate.intoWarmPool()) {
            return End.POOLED;
        }
        return gate.proved() ? End.PROVED : End.UNPROVED;
    }

    /** Whether the hold ended as it should, or may still do so. */
    public static boolean well(Gate gate) {
        End end = end(gate);
        return end != End.UNPROVED && end != End.ABANDONED;
    }

    /** One or two words, for a row of a list; empty where the case is not gated. */
    public static String shown(Case current) {
        Gate gate = current.gate();
        return gate == null ? "" : Sentences.say("gate.label." + end(gate));
    }

    /** What the gate does or did, as a sentence with the seconds; null where the case is not gated. */
    public static @Nullable String sentence(Case current) {
        Gate gate = current.gate();
        if (gate == null) {
            return null;
        }
        // A decision has one mail: the answer follows at once, and has none of its own.
        End end = gate.releasing() ? released(gate) : end(gate);
        return Sentences.say(
                "gate." + end,
                Map.of(
                        "held",
                        String.format(Locale.ROOT, "%.0f s", held(current).toMillis() / 1000.0)));
    }

    /** That a released instance has another revision than its deployment group. */
    public static String outdated(Case current) {
        return Sentences.say(
                "gate.outdated",
                Map.of(
                        "instance",
                        current.id().instance().value(),
                        "deployment",
                        String.valueOf(current.deployment())));
    }

    /** How long the instance was held, or had been held when something last happened to the case. */
    public static Duration held(Case current) {
        Gate gate = current.gate();
        Instant last = current.timeline().isEmpty()
                ? current.openedAt()
                : current.timeline().getLast().at();
        return gate == null || gate.observed() ? Duration.ZERO : gate.held(last);
    }
}
