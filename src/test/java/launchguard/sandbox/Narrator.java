package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.cases.Status;
import launchguard.pages.CaseSection;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.JudgedEvidence;
import launchguard.sandbox.Line.Kind;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Json;
import launchguard.verdict.VerdictName;

/**
 * Prints the story of each instance while it happens: the events on EventBridge, the function's calls, and what it
 * stores in its cases. It reads only what goes over the wire.
 */
final class Narrator {
    private final Sandbox aws;
    private final ColumnPrinter terminal;
    private final Map<String, DemoInstance> people = new LinkedHashMap<>();
    /** The function announces an end before it stores it; a story reads better the other way round. */
    private final List<Runnable> announcements = new ArrayList<>();

    private String title = "";

    Narrator(Sandbox aws, ColumnPrinter terminal) {
        this.aws = aws;
        this.terminal = terminal;
        aws.events().listen(this::happened);
        aws.calls().listen(this::called);
    }

    /** What the next launch is about. */
    synchronized void title(String words) {
        title = words;
    }

    synchronized List<DemoInstance> all() {
        return List.copyOf(people.values());
    }

    private void print(DemoInstance who, Kind kind, String text) {
        Instant at = aws.clock().instant();
        Line line = new Line(at, who.sinceBoot(at), who.name, kind, text);
        who.lines.add(line);
        terminal.line(line);
    }

    private synchronized void happened(ObjectNode event) {
        JsonNode detail = event.path("detail");
        String id = Stream.of("instance-id", "instanceId", "EC2InstanceId")
                .map(name -> detail.path(name).asText())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        DemoInstance who = people.get(id);
        if (who == null) {
            if (detail.path("state").asText().equals("pending")) {
                introduce(id);
            }
            return;
        }
        if (event.path("source").asText().equals("launch-guard")) {
            announcements.add(() -> print(who, Kind.EVENT, DemoWords.event(event)));
            return;
        }
        if (detail.has("LifecycleActionToken")) {
            who.token = detail.path("LifecycleActionToken").asText();
        }
        if (detail.path("state").asText().equals("terminated")) {
            who.gone = aws.clock().instant();
        }
        String words = DemoWords.event(event);
        if (words.isEmpty()) {
            return;
        }
        Command.Invocation end = Optional.ofNullable(
                        aws.commands().find(detail.path("command-id").asText()))
                .map(command -> command.invocations.get(id))
                .orElse(null);
        print(who, Kind.EVENT, words + (end == null ? "" : ", exit " + end.responseCode));
        if (end != null && words.contains("-Probe")) {
            probed(who, end.stdout);
        }
    }

    private void introduce(String id) {
        DemoInstance who = new DemoInstance(aws.instance(id), "web-" + (people.size() + 1), title);
        title = "launched in place of " + who.name;
        people.put(id, who);
        print(who, Kind.LAUNCH, "Auto Scaling launches " + id);
    }

    /** What an earlier probe has shown already is not shown again. */
    private void probed(DemoInstance who, String printed) {
        try {
            who.evidence = EvidenceReader.read(printed);
            DemoWords.seen(who.evidence).stream()
                    .filter(text -> who.seen.add(text.replaceFirst(" at \\d.*", "")))
                    .forEach(text -> print(who, Kind.SEEN, text));
        } catch (UnreadableEvidenceException unreadable) {
            print(who, Kind.SEEN, "nothing that can be read: " + unreadable.why());
        }
    }

    private synchronized void called(Call call) {
        if (call.service().equals("dynamodb")) {
            Stream.concat(
                            Stream.of(call.input()),
                            call.input().path("TransactItems").valueStream().map(item -> item.path("Put")))
                    .map(put -> put.path("Item").path("document").path("S").asText())
                    .filter(text -> text.contains("\"timeline\""))
                    .forEach(text -> stored(Json.parse(text)));
            return;
        }
        String words = DemoWords.call(call);
        if (words.isEmpty()) {
            return;
        }
        for (DemoInstance who : people.values()) {
            String input = call.input().toString();
            if (input.contains('"' + who.instance.id() + '"')
                    || (who.token != null && input.contains('"' + who.token + '"'))) {
                if (call.operation().equals("SetInstanceHealth")) {
                    who.marked = aws.clock().instant();
                }
                if (call.operation().equals("CreateTags")) {
                    announcements.add(() -> print(who, Kind.CALL, words));
                } else {
                    print(who, Kind.CALL, words);
                }
            }
        }
    }

    /** A case on its way into the table: what is new in its timeline has just happened. */
    private void stored(JsonNode document) {
        DemoInstance who = people.get(document.path("id").asText().replaceFirst("\\..*", ""));
        if (who == null) {
            return;
        }
        JsonNode timeline = document.path("timeline");
        for (; who.shown < timeline.size(); who.shown++) {
            entry(who, timeline.path(who.shown).path("what").asText(), document.path("finding"));
        }
        announcements.forEach(Runnable::run);
        announcements.clear();
    }

    private void entry(DemoInstance who, String what, JsonNode finding) {
        if (what.startsWith("verdict: ")) {
            verdict(who, VerdictName.valueOf(what.substring("verdict: ".length())), finding);
        } else if (what.startsWith("ended: ")) {
            who.ended = true;
            print(who, Kind.OUTCOME, DemoWords.outcome(Status.valueOf(what.substring("ended: ".length()))));
        } else if (!DemoWords.saidByACall(what)) {
            print(who, Kind.CASE, DemoWords.entry(what, who.shown == 0));
        }
    }

    private void verdict(DemoInstance who, VerdictName verdict, JsonNode finding) {
        Double margin =
                finding.has("marginSeconds") ? finding.path("marginSeconds").asDouble() : null;
        String reason = finding.path("reason").asText();
        if (who.firstVerdict == null) {
            who.firstVerdict = aws.clock().instant();
        }
        if (who.evidence != null) {
            who.looks.add(new JudgedEvidence(who.evidence, verdict.name(), margin, reason));
        }
        print(who, Kind.VERDICT, verdict + (margin == null ? "" : ", margin " + CaseSection.signed(margin)));
        print(who, Kind.WHY, reason);
    }
}
