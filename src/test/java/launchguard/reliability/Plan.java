package launchguard.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The events and faults of a seed, drawn before the run. */
record Plan(
        long seed,
        Map<String, String> parameters,
        List<Launch> launches,
        String replacement,
        Set<String> lostSources,
        Survivor survivor,
        double duplicates,
        double delays,
        double faults,
        int workers,
        int deaths,
        Duration functionClock,
        Duration listLag,
        int invocationMisses,
        Duration commandTime,
        List<Trouble> troubles,
        LastingFault lastingFault,
        Duration lastingFaultAfter,
        Duration lastingFaultFor,
        boolean gated) {
    private static final List<String> SCENARIOS = List.of(
            "rpm-dnf-race-jdk8-status-error",
            "rpm-dnf-race-jdk8-status-error",
            "rpm-dnf-race-corretto17-in-place",
            "rpm-dnf-no-race-agent-after-cloud-init",
            "rpm-lucky-race-jdk-not-upgraded",
            "rpm-race-service-crashed");

    /** The only source of events when all others are silent. */
    enum Survivor {
        ALL,
        RECHECK,
        SCHEDULE
    }

    /** What an instance does to itself at some moment. */
    enum Accident {
        NONE,
        TERMINATES,
        STOPS,
        REBOOTS,
        LOSES_AGENT,
        LIES,
        BOOTS_LONG
    }

    /** What goes on in the group for a while. */
    enum Trouble {
        DEPLOYMENT,
        REFRESH,
        SUSPENDED
    }

    /** A fault of the stack that lasts for a while. */
    enum LastingFault {
        NONE,
        /** Nothing can be written to the table: its key is disabled, say. */
        WRITES_FAIL,
        /** Instances print as much as SSM lets through, of characters that take three bytes each. */
        LARGE_ITEMS,
        /** So many messages are in flight that only two more can be received at a time. */
        IN_FLIGHT,
        /** Each call takes 15 seconds: invocations are cut at their timeout. */
        SLOW_CALLS,
        /** The cases that are stored were written by a newer version: the code was rolled back. */
        ROLLBACK
    }

    record Launch(String scenario, String outcome, Duration after, Duration clock, Accident accident, Duration when) {}

    static Plan of(long seed) {
        Random chance = new Random(seed * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < 3; i++) {
            chance.nextLong();
        }
        Survivor survivor =
                one(chance, List.of(Survivor.ALL, Survivor.ALL, Survivor.ALL, Survivor.RECHECK, Survivor.SCHEDULE));
        int workers = chance.nextInt(3) > 0 ? 1 : 2 + chance.nextInt(7);
        return new Plan(
                seed,
                scoped(seed, parameters(chance)),
                launches(chance),
                one(chance, SCENARIOS),
                survivor == Survivor.ALL ? sources(chance) : Set.of(),
                survivor,
                one(chance, List.of(0.0, 0.2, 1.0)),
                one(chance, List.of(0.0, 0.3, 1.0)),
                one(chance, List.of(0.0, 0.0, 0.05, 0.15, 0.3)),
                workers,
                workers == 1 && chance.nextInt(3) == 0 ? 1 + chance.nextInt(4) : 0,
                chance.nextInt(3) == 0 ? seconds(chance, 1200).minusMinutes(10) : Duration.ZERO,
                seconds(chance, chance.nextBoolean() ? 1 : 45),
                chance.nextInt(3),
                seconds(chance, 60).plusSeconds(1),
                chance.nextInt(5) == 0 ? List.of(one(chance, List.of(Trouble.values()))) : List.of(),
                chance.nextInt(3) == 0 ? one(chance, List.of(LastingFault.values())) : LastingFault.NONE,
                seconds(chance, 1800),
                seconds(chance, 2400).plusMinutes(1),
                chance.nextInt(3) == 0);
    }

    /** Whether decisions take effect at once, so that none can be old when it does. */
    boolean prompt() {
        return workers == 1 && faults == 0 && deaths == 0 && lastingFault == LastingFault.NONE;
    }

    /** How long instances are {@code Pending:Proceed}: another time for each seed, without a draw. */
    Duration proceeding() {
        return Duration.ofSeconds(1 + seed % 30);
    }

    boolean remediate() {
        return "remediate".equals(parameters.get("Mode"));
    }

    private static Map<String, String> parameters(Random chance) {
        if (chance.nextInt(8) == 0) {
            return Map.of();
        }
        return one(
                chance,
                List.of(
                        Map.of("Mode", "remediate", "ReplaceSingle", "true"),
                        Map.of("Mode", "remediate", "Ladder", "restart,redeploy,replace", "MaxReplacements", "1"),
                        Map.of(
                                "Mode",
                                "remediate",
                                "Ladder",
                                "replace",
                                "MaxReplacements",
                                "1",
                                "ReplaceSingle",
                                "true"),
                        Map.of("Mode", "remediate", "MaxUnavailablePercent", "70")));
    }

    /** Every sixth seed deploys to whole groups, beside what else it draws. */
    private static Map<String, String> scoped(long seed, Map<String, String> drawn) {
        if (seed % 6 != 4 || !"remediate".equals(drawn.get("Mode"))) {
            return drawn;
        }
        Map<String, String> scoped = new TreeMap<>(drawn);
        scoped.remove("Ladder", "replace");
        scoped.put("RedeployScope", "group");
        scoped.putIfAbsent("MaxUnavailablePercent", "100");
        return scoped;
    }

    private static List<Launch> launches(Random chance) {
        List<Launch> launches = new ArrayList<>();
        int count = 1 + chance.nextInt(chance.nextBoolean() ? 1 : 4);
        for (int i = 0; i < count; i++) {
            launches.add(new Launch(
                    one(chance, SCENARIOS),
                    chance.nextInt(3) == 0 ? "apphook-fails" : "success",
                    seconds(chance, 180),
                    chance.nextInt(3) == 0 ? seconds(chance, 1200).minusMinutes(10) : Duration.ZERO,
                    chance.nextInt(3) == 0 ? one(chance, List.of(Accident.values())) : Accident.NONE,
                    seconds(chance, chance.nextBoolean() ? 120 : 2400)));
        }
        return launches;
    }

    private static Set<String> sources(Random chance) {
        Set<String> lost = new TreeSet<>();
        for (String source : List.of("aws.autoscaling", "aws.codedeploy", "aws.ssm")) {
            if (chance.nextInt(4) == 0) {
                lost.add(source);
            }
        }
        return lost;
    }

    private static Duration seconds(Random chance, int below) {
        return Duration.ofSeconds(chance.nextInt(below));
    }

    private static <T> T one(Random chance, List<T> of) {
        return of.get(chance.nextInt(of.size()));
    }

    /** In a fixed order, for the message of a seed that fails. */
    Map<String, String> sortedParameters() {
        return new TreeMap<>(parameters);
    }
}
