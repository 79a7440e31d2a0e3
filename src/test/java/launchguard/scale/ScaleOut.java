package launchguard.scale;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import launchguard.sandbox.Image;
import launchguard.sandbox.LambdaLoad;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Json;

/**
 * Simulates many launches, one in ten raced and one in a hundred beyond a local remedy: the function itself with its
 * own SDK clients, in mode remediate, on the sandbox in stepped time.
 */
public final class ScaleOut {
    /** Launches come within so long. */
    public static final Duration SPREAD = Duration.ofMinutes(5);

    /** Seconds from the launch to the kernel's start. */
    public static final double BOOT = 6;

    /** Uptime of the recordings: the end of cloud-init. */
    public static final double HEALTHY_END = 22.4;

    /** The end of the deployment. */
    public static final double HEALTHY_DEPLOYED = 29.4;

    /** The end of cloud-init where the deployment raced. */
    public static final double RACED_END = 23.0;

    /** The end of the deployment where it raced. */
    public static final double RACED_DEPLOYED = 12.0;

    private static final int GROUP = 200;
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final String RACED = "rpm-dnf-race-jdk8-status-error";
    /** Uptimes from which on the recordings are true: a second after cloud-init's end, and the end of the deployment. */
    private static final Duration RACE_SHOWS = seconds(RACED_END + 1);

    private static final Duration HEALTH_SHOWS = seconds(HEALTHY_DEPLOYED + 0.1);
    /** What is assumed of one call by itself: a network inside a region, and the function's own work for it. */
    private static final double CALL_MILLIS = 20;

    /** Of that, the function's own work: three milliseconds of a processor, of which an environment has 0.58. */
    static final Duration PROCESSOR = seconds(0.003 / 0.58);

    /** SSM's list of invocations shows an end at most so long after its event. */
    private static final int LIST_LAG_MILLIS = 400;

    /** What is assumed of the start of an environment. */
    private static final Duration START = Duration.ofMillis(2500);

    /** Longer ago than a launch that the schedule would look for. */
    private static final Duration BEFORE = Duration.ofHours(6);

    private static final Duration LONGEST = Duration.ofHours(6);

    private final Quotas quotas = new Quotas();
    private final Bill bill = new Bill();
    private final List<Double> delays = new ArrayList<>();
    private final List<Double> repairs = new ArrayList<>();
    private final Map<String, Instant> verdicts = new HashMap<>();
    private final Map<String, Integer> ends = new TreeMap<>();
    private long faults;
    private String firstFault = "";

    private ScaleOut() {}

    /**
     * Which launches, and when.
     *
     * @param launches how many
     * @param spread they come within so long
     * @param together so many of them belong to one group; the others to groups of two hundred
     * @param racing whether one in ten races
     * @param members each group has had so many in service for hours
     */
    public record Load(int launches, Duration spread, int together, boolean racing, int members) {
        /** So many within five minutes, in groups of two hundred that were empty before. */
        public static Load of(int launches) {
            return new Load(launches, SPREAD, 0, true, 0);
        }

        /** This load where each group has so many members already. */
        public Load into(int inService) {
            return new Load(launches, spread, together, racing, inService);
        }

        private String group(int number) {
            return number < together ? "crowd" : "web-" + (number - together) / GROUP;
        }
    }

    /**
     * What came of it.
     *
     * @param repairs seconds from the first verdict to the end of each case that was repaired where it stood, sorted
     * @param delays seconds from cloud-init's end to the first verdict of each instance, sorted
     * @param throttled calls that were refused, by quota
     * @param ends how many cases had each end
     * @param faults what the function could not do at once, and one of them
     */
    public record Result(
            int launches,
            int instances,
            List<Double> delays,
            List<Double> repairs,
            Map<String, Long> calls,
            Map<String, Long> throttled,
            Map<String, Integer> ends,
            long redelivered,
            long timedOut,
            int deadLetters,
            long invocations,
            Duration billed,
            Map<String, Double> dollars,
            long faults,
            String firstFault) {
        /** The delay that this share of the launches does not exceed. */
        public double delay(double share) {
            return share(delays, share);
        }

        /** How long after the verdict this share of the local repairs was proved. */
        public double repair(double share) {
            return share(repairs, share);
        }

        private static double share(List<Double> sorted, double share) {
            return sorted.isEmpty()
                    ? Double.NaN
                    : sorted.get(Math.min(sorted.size() - 1, (int) Math.floor(sorted.size() * share)));
        }

        /** Calls that were refused, whatever the quota. */
        public long refused() {
            return throttled.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** So many launches within five minutes, with these settings changed. */
    public static Result of(int launches, Map<TriedSetting, Integer> changed) throws InterruptedException {
        return of(Load.of(launches), changed);
    }

    /** These launches, with these settings changed. */
    public static Result of(Load load, Map<TriedSetting, Integer> changed) throws InterruptedException {
        return new ScaleOut().run(load, changed);
    }

    /** Whether the launch of that number races. */
    public static boolean raced(int number) {
        return number % 10 == 5;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private Result run(Load load, Map<TriedSetting, Integer> changed) throws InterruptedException {
        Random chance = new Random(6);
        try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"), stack -> TriedSetting.apply(stack, changed))
                .forgetful()) {
            Integer wait = changed.get(TriedSetting.PROBE_WAIT);
            if (wait != null) {
                aws.settings().probeWait(Duration.ofSeconds(wait));
            }
            aws.faults().by(quotas::effect);
            aws.calls().listen(bill::call);
            aws.settings().commandTime(Duration.ofMillis(500));
            // Events report an end before all lists show it.
            aws.settings().invocationListLag(Duration.ofMillis(LIST_LAG_MILLIS));
            inService(aws, load);
            // EventBridge takes some tenths of a second.
            aws.events().delays(event -> {
                bill.arrived();
                return List.of(Duration.ofMillis(300 + chance.nextInt(500)));
            });
            launch(aws, load, new Random(7));
            Random lag = new Random(8);
            LambdaLoad rush = aws.rush(
                    new LambdaLoad.Terms(
                            aws.template().maximumConcurrency(),
                            aws.template().queueSettings().batchWindow(),
                            START,
                            () -> seconds(CALL_MILLIS / 1000 * (0.7 + 0.6 * lag.nextDouble())),
                            PROCESSOR),
                    Lines.to(this::logged));
            if (!rush.until(aws.clock().instant().plus(LONGEST))) {
                throw new IllegalStateException(LONGEST + " were not enough");
            }
            List<Double> sorted = delays.stream().sorted().toList();
            return new Result(
                    load.launches(),
                    aws.instances().size(),
                    sorted,
                    repairs.stream().sorted().toList(),
                    quotas.calls(),
                    quotas.throttled(),
                    ends,
                    rush.redelivered(),
                    rush.timedOut(),
                    aws.deadLetters().messages().size(),
                    rush.invocations(),
                    rush.billed(),
                    bill.dollars(rush),
                    faults,
                    firstFault);
        }
    }

    /** They are not among the launches, but count in each group's share of unavailable members. */
    private static void inService(Sandbox aws, Load load) {
        if (load.members() == 0) {
            return;
        }
        aws.events().delays(event -> List.of());
        IntStream.range(0, load.launches())
                .mapToObj(load::group)
                .distinct()
                .map(aws::group)
                .forEach(group -> {
                    group.desired(load.members());
                    for (int i = 0; i < load.members(); i++) {
                        group.launch(Image.EMPTY);
                    }
                });
        aws.advance(BEFORE);
    }

    private static void launch(Sandbox aws, Load load, Random chance) {
        ReplayedInstances players = new ReplayedInstances();
        aws.commands().runner(players);
        for (int i = 0; i < load.launches(); i++) {
            ScalingGroup group = aws.group(load.group(i));
            group.replacements(gone -> players.promptly(HEALTHY, "success", HEALTH_SHOWS));
            boolean raced = load.racing() && raced(i);
            String outcome = i % 100 == 55 ? "apphook-fails" : "success";
            aws.later(Duration.ofMillis(Math.round(load.spread().toMillis() * chance.nextDouble())), () -> {
                // Each launch is one instance more: it does not take the place of one that is being replaced.
                group.desired(group.desired() + 1)
                        .launch(players.promptly(raced ? RACED : HEALTHY, outcome, raced ? RACE_SHOWS : HEALTH_SHOWS));
            });
        }
    }

    private static Instant at(JsonNode line) {
        return Instant.parse(line.path("timestamp").asText());
    }

    /** The delay is a metric in the function's log. */
    private void logged(String line) {
        bill.logged(line);
        if (line.contains("\"DetectionDelay\":")) {
            delays.add(Json.parse(line).path("DetectionDelay").asDouble());
        } else if (line.contains("\"level\":\"ERROR\"")) {
            faults++;
            firstFault = firstFault.isEmpty() ? line : firstFault;
        } else if (line.contains("\"message\":\"verdict\"")) {
            JsonNode said = Json.parse(line);
            verdicts.putIfAbsent(said.path("caseId").asText(), at(said));
        } else if (line.contains("\"message\":\"case closed")) {
            JsonNode said = Json.parse(line);
            ends.merge(said.path("outcome").asText(), 1, Integer::sum);
            Instant verdict = verdicts.remove(said.path("caseId").asText());
            if (verdict != null && said.path("outcome").asText().equals("REPAIRED")) {
                repairs.add(Duration.between(verdict, at(said)).toMillis() / 1000.0);
            }
        }
    }
}
