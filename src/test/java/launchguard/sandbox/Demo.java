package launchguard.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.sandbox.wire.Call;
import launchguard.verdict.VerdictName;

/**
 * The README's first command: plays five recorded launches with the real function, and prints what happens.
 *
 * <p>{@code mvn -q -Pdemo && cp target/demo-web-3.svg docs/race.svg} makes the picture of the documentation again.
 */
public final class Demo {
    private static final Duration LONGEST = Duration.ofHours(2);
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final String RACED = "rpm-dnf-race-jdk8-status-error";
    private static final List<Launch> LAUNCHES = List.of(
            new Launch(
                    HEALTHY,
                    "the agent starts after cloud-init",
                    false,
                    false,
                    List.of(new End(List.of(VerdictName.HEALTHY), Status.CLOSED))),
            new Launch(
                    "rpm-lucky-race-jdk-not-upgraded",
                    "raced, but no JDK was upgraded in use",
                    false,
                    false,
                    List.of(new End(List.of(VerdictName.LUCKY_RACE), Status.CLOSED))),
            new Launch(
                    RACED,
                    "raced, and JDK 8 was deleted under the service",
                    false,
                    false,
                    List.of(new End(List.of(VerdictName.STALE_JDK, VerdictName.HEALTHY), Status.REPAIRED))),
            new Launch(
                    "rpm-dnf-race-corretto17-in-place",
                    "raced, Corretto 17 replaced in place; the redeployment will fail",
                    true,
                    false,
                    List.of(
                            new End(List.of(VerdictName.STALE_JDK), Status.REPLACED),
                            new End(List.of(VerdictName.HEALTHY), Status.CLOSED))),
            new Launch(
                    RACED,
                    "as the third, but the group has the launch gate: repaired before it is in service",
                    false,
                    true,
                    List.of(new End(List.of(VerdictName.STALE_JDK, VerdictName.HEALTHY), Status.REPAIRED))));

    private final ColumnPrinter terminal;
    private final Path page;

    private Demo(ColumnPrinter terminal, Path page) {
        this.terminal = terminal;
        this.page = page;
    }

    /** The expected end of one instance. */
    private record End(List<VerdictName> verdicts, Status status) {}

    /** One launch; a replacement is one instance more. */
    private record Launch(String scenario, String title, boolean redeploymentFails, boolean gated, List<End> ends) {}

    /** Ends with 0 when every story ended as it should. */
    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(Demo::endWith);
        try {
            System.exit(run(ColumnPrinter.standard(), Path.of("target", "demo.html")) ? 0 : 1);
        } catch (Exception | AssertionError fault) {
            fault.printStackTrace();
            System.exit(1);
        }
    }

    /** The demo ends when Maven's process ends. */
    private static void endWith(ProcessHandle starter) {
        Thread watch = new Thread(() -> {
            starter.onExit().join();
            System.exit(1);
        });
        watch.setDaemon(true);
        watch.start();
    }

    /** Whether every story ended as it should. */
    static boolean run(ColumnPrinter terminal, Path page) throws IOException {
        return new Demo(terminal, page).run();
    }

    private boolean run() throws IOException {
        long began = System.nanoTime();
        terminal.say(
                "Launch Guard: five launches of one Auto Scaling group in an embedded AWS. The function, its rules,");
        terminal.say(
                "documents and scripts are the real ones; the instances' file systems were recorded on real launches.");
        terminal.say("Columns: UTC, seconds since the instance's own boot, instance, what happens.");
        try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"))) {
            Thread discard = new Thread(aws::discard);
            Runtime.getRuntime().addShutdownHook(discard);
            Functions.install(aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            Narrator narrator = new Narrator(aws, terminal);
            ScalingGroup web = aws.group("web").replacements(gone -> Image.recorded(HEALTHY));
            Traffic traffic = aws.traffic(web, EVERY, LONGEST.multipliedBy(LAUNCHES.size()));
            for (Launch launch : LAUNCHES) {
                play(launch, aws, web, narrator);
            }
            aws.advance(Duration.ofMinutes(1));
            traffic.stop();
            boolean quiet = aws.settle(LONGEST.multipliedBy(2))
                    && aws.deadLetters().messages().isEmpty();
            DemoCases cases = new DemoCases(aws, traffic);
            List<String> wrong = wrong(narrator.all(), cases, traffic);
            summary(aws, narrator.all(), cases);
            DemoPage.write(page, aws, narrator.all(), cases);
            terminal.say("");
            terminal.say("The same as a page with pictures: " + page + "   ("
                    + (System.nanoTime() - began) / 1_000_000_000 + " s)");
            wrong.forEach(what -> terminal.say("NOT AS EXPECTED: " + what));
            if (!quiet) {
                terminal.say("NOT AS EXPECTED: the queue did not come to rest, or messages were given up");
            }
            Runtime.getRuntime().removeShutdownHook(discard);
            return quiet && wrong.isEmpty();
        }
    }

    /** Plays one launch after the other, so that each can be read in one piece; all in one group. */
    private void play(Launch launch, Sandbox aws, ScalingGroup web, Narrator narrator) {
        terminal.heading(LAUNCHES.indexOf(launch) + 1 + " of " + LAUNCHES.size() + ": " + launch.title());
        terminal.say("recorded as " + launch.scenario());
        narrator.title(launch.title());
        int before = narrator.all().size();
        if (launch.gated()) {
            web.gated();
        }
        Instance instance = web.launch(launch.scenario());
        if (launch.redeploymentFails()) {
            instance.root().write("stand-in/outcome", "apphook-fails\n");
        }
        int wanted = before + launch.ends().size();
        for (Duration waited = Duration.ZERO; waited.compareTo(LONGEST) < 0; waited = waited.plus(STEP)) {
            List<DemoInstance> all = narrator.all();
            if (all.size() >= wanted && all.stream().allMatch(who -> who.ended)) {
                return;
            }
            aws.settle(STEP);
        }
    }

    private static List<String> wrong(List<DemoInstance> people, DemoCases cases, Traffic traffic) {
        List<End> ends =
                LAUNCHES.stream().flatMap(launch -> launch.ends().stream()).toList();
        List<String> wrong = new ArrayList<>();
        if (people.size() != ends.size()) {
            wrong.add(people.size() + " instances instead of " + ends.size());
        }
        for (int i = 0; i < Math.min(people.size(), ends.size()); i++) {
            DemoInstance who = people.get(i);
            End is = new End(
                    who.looks.stream()
                            .map(look -> VerdictName.valueOf(look.verdict()))
                            .toList(),
                    cases.of(who).map(Case::status).orElse(Status.IGNORED));
            if (!is.equals(ends.get(i))) {
                wrong.add(who.name + " ended as " + is + " instead of " + ends.get(i));
            }
            Traffic.RequestCounts served = traffic.of(who.instance);
            boolean gated = cases.of(who).map(Case::gate).isPresent();
            boolean stale = is.verdicts().contains(VerdictName.STALE_JDK);
            if (served.requests() == 0 || (served.metStaleJvm() > 0) != (stale && !gated)) {
                wrong.add(who.name + " was sent " + served + (gated ? ", gated" : ""));
            }
        }
        return wrong;
    }

    private void summary(Sandbox aws, List<DemoInstance> people, DemoCases cases) {
        terminal.heading("What became of them");
        List<List<String>> rows = new ArrayList<>();
        rows.add(DemoCases.HEAD);
        people.forEach(who -> rows.add(cases.row(who)));
        terminal.table(rows);
        List<Call> calls = aws.calls().all();
        terminal.say("");
        terminal.say(calls.size() + " calls to AWS: " + aws.commands().all().size() + " SendCommand, "
                + aws.calls().of("autoscaling", "SetInstanceHealth").size() + " SetInstanceHealth, "
                + calls.stream()
                        .filter(call -> call.service().equals("dynamodb"))
                        .count()
                + " DynamoDB; the rest queue, reads, events, tags.");
    }
}
