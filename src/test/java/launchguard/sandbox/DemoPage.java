package launchguard.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import launchguard.pages.CaseSection;
import launchguard.pages.Chart;
import launchguard.pages.Drawing;
import launchguard.pages.Page;
import launchguard.pages.Run;
import launchguard.pages.Run.Kind;
import launchguard.pages.Runs;
import launchguard.pages.Tag;
import launchguard.pages.Timeline;

/** The demo as a page with a picture of each launch. */
final class DemoPage {
    private static final double WIDTH = 860;
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private DemoPage() {}

    /** Writes the page, and beside it the picture of each launch as a file of its own. */
    static void write(Path page, Sandbox aws, List<DemoInstance> people, DemoCases cases) throws IOException {
        List<Tag> body = new ArrayList<>();
        body.add(Tag.of("h1").text("Launch Guard: five launches"));
        body.add(Tag.of("p")
                .text("One Auto Scaling group in an embedded AWS, the real function in mode remediate, and instances"
                        + " whose file systems were recorded on real launches."));
        body.add(Page.table(DemoCases.HEAD, people.stream().map(cases::row).toList()));
        for (DemoInstance who : people) {
            Chart chart = chart(aws, who, cases);
            cases.of(who)
                    .ifPresent(current -> body.add(
                            CaseSection.of(who.name + ": " + who.title, current, who.looks, chart, story(who))));
            Files.writeString(page.resolveSibling("demo-" + who.name + ".svg"), Drawing.file(chart, WIDTH));
        }
        Files.writeString(page, Page.html("Launch Guard: five launches", body));
    }

    private static Tag story(DemoInstance who) {
        return Tag.of("details")
                .add(Tag.of("summary").text("The whole story, " + who.lines.size() + " lines"))
                .add(Page.table(
                        List.of("UTC", "since boot", "", ""),
                        who.lines.stream()
                                .map(line -> List.of(
                                        UTC.format(line.at()),
                                        CaseSection.signed(line.sinceBoot()),
                                        line.kind().word(),
                                        line.text()))
                                .toList()));
    }

    private static Chart chart(Sandbox aws, DemoInstance who, DemoCases cases) {
        List<Run> runs = new ArrayList<>();
        for (Deployment deployment : aws.codeDeploy().all()) {
            Deployment.Target target = deployment.targets.get(who.instance.id());
            if (target != null && !target.steps.isEmpty()) {
                runs.add(new Run(
                        Kind.DEPLOYMENT,
                        target.steps.getFirst().start(),
                        target.steps.getLast().end(),
                        deployment.id() + " (CodeDeploy)",
                        deployment.id() + " " + deployment.status() + ", all lifecycle events by CodeDeploy's record",
                        !deployment.status().equals("Failed")));
            }
        }
        for (Command command : aws.commands().all()) {
            Command.Invocation end = command.invocations.get(who.instance.id());
            if (end != null && end.startedAt != null && end.endedAt != null) {
                runs.add(run(command, end, runs.stream().anyMatch(run -> run.kind() == Kind.REMEDY), who));
            }
        }
        if (who.marked != null && who.gone != null) {
            runs.add(new Run(
                    Kind.REMEDY, who.marked, who.gone, "replaced", "marked unhealthy; Auto Scaling replaces it", true));
        }
        cases.of(who)
                .ifPresent(current ->
                        runs.addAll(Runs.gate(current, runs, aws.clock().instant())));
        return Timeline.chart(
                who.name + ", seconds since boot", who.instance.root().bootedAt(), who.looks, runs);
    }

    private static Run run(Command command, Command.Invocation end, boolean afterRemedy, DemoInstance who) {
        boolean probe = command.documentName().endsWith("-Probe");
        Kind kind = !probe ? Kind.REMEDY : afterRemedy ? Kind.VERIFICATION : Kind.PROBE;
        String label = !probe
                ? "redeploy, exit " + end.responseCode
                : (afterRemedy ? who.looks.getLast() : who.looks.getFirst()).verdict();
        return new Run(
                kind,
                Objects.requireNonNullElse(end.startedAt, Instant.EPOCH),
                Objects.requireNonNullElse(end.endedAt, Instant.EPOCH),
                label,
                command.documentName() + " " + end.details,
                end.responseCode == 0);
    }
}
