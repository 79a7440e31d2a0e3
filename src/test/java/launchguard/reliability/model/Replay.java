package launchguard.reliability.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Happening;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * Checks what the function really did against the model: each step that it saved, each recheck and each remedy that it
 * sent has to be one that the model allows there. What a case says is read from the documents that were written, as
 * JSON.
 */
public final class Replay {
    /** The runs that are replayed don't set it. */
    private static final Duration WINDOW = Duration.ofHours(1);

    private static final Pattern MARKER = Pattern.compile("launch-guard (\\S+)/(\\d+)");

    private final Map<String, Stored> cases = new HashMap<>();
    private final Map<String, JsonNode> documents = new HashMap<>();
    private final Map<String, Worker> workers = new HashMap<>();
    private final Map<String, Sends> sends = new HashMap<>();
    private final Map<String, Integer> handedOut = new HashMap<>();
    private final Map<String, Integer> rechecks = new HashMap<>();
    private final Map<String, Integer> rearmed = new HashMap<>();
    private final Map<String, Call> deployed = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int steps;
    private int timers;
    private int remedies;

    /** A case as the table has it. */
    private record Stored(
            Step step,
            long version,
            int attempt,
            boolean looked,
            int timer,
            String movedBy,
            int handedOutBefore,
            Wait held) {}

    /** The case's wait at the launch gate. */
    private record Wait(Hold hold, String token) {
        static Wait of(JsonNode gate) {
            return new Wait(
                    gate.path("observed").asBoolean()
                            ? Hold.NONE
                            : gate.isObject() ? Hold.valueOf(gate.path("state").asText()) : Hold.NONE,
                    gate.at("/token/value").asText(""));
        }
    }

    /** An invocation: its messages, and what it stored last of each case. */
    private record Worker(List<String> messages, Map<String, Long> stored) {}

    /** How often an attempt's remedy was sent, and whether it may be sent again. */
    private static final class Sends {
        private int count;
        private boolean looked;
        private boolean renewed;
    }

    /**
     * What was compared.
     *
     * @param steps that were saved
     * @param rechecks that were sent
     * @param remedies that were sent, replacements among them
     * @param faults what the model forbids
     */
    public record Result(int steps, int rechecks, int remedies, List<String> faults) {}

    private Replay() {}

    /** Replays the record of a run. */
    public static Result of(List<Happening> happened) {
        Replay replay = new Replay();
        happened.forEach(replay::happened);
        replay.multiplied();
        return new Result(replay.steps, replay.timers, replay.remedies, List.copyOf(replay.faults));
    }

    /** Promise 9: of each case no more rechecks than steps, redeliveries, and steps that the schedule found past due. */
    private void multiplied() {
        int redeliveries =
                handedOut.values().stream().mapToInt(times -> times - 1).sum();
        cases.forEach((id, stored) -> {
            int sent = rechecks.entrySet().stream()
                    .filter(each -> each.getKey().startsWith(id + "#"))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            if (sent > stored.timer() + redeliveries + rearmed.getOrDefault(id, 0)) {
                faults.add("9: " + sent + " rechecks of " + id + ", " + stored.timer() + " steps, " + redeliveries
                        + " redeliveries");
            }
        });
    }

    private void happened(Happening what) {
        switch (what) {
            case Happening.Began began -> {
                workers.put(began.caller(), new Worker(began.messages(), new HashMap<>()));
                began.messages().forEach(id -> handedOut.merge(id, 1, Integer::sum));
            }
            case Happening.Done done -> {
                Worker worker =
                        workers.computeIfAbsent(done.caller(), caller -> new Worker(List.of(), new HashMap<>()));
                done(worker, done.call());
            }
        }
    }

    private void done(Worker worker, Call call) {
        JsonNode input = call.input();
        switch (call.service() + ":" + call.operation()) {
            case "dynamodb:PutItem" -> saved(worker, call, input.path("Item"));
            case "dynamodb:TransactWriteItems" ->
                input.path("TransactItems").forEach(item -> saved(worker, call, item.at("/Put/Item")));
            case "sqs:SendMessage" ->
                sent(worker, call, Json.parse(input.path("MessageBody").asText("{}")));
            case "ssm:SendCommand" -> remedy(worker, call, input.path("Comment").asText());
            case "codedeploy:CreateDeployment" -> {
                remedy(worker, call, input.path("description").asText());
                wholeGroup(call, input);
            }
            case "autoscaling:SetInstanceHealth" ->
                marked(worker, call, input.path("InstanceId").asText());
            case "autoscaling:CompleteLifecycleAction" ->
                answered(
                        worker,
                        call,
                        input.path("LifecycleActionResult").asText().equals("ABANDON"));
            case "autoscaling:RecordLifecycleActionHeartbeat" -> heartbeatSent(call);
            default -> {}
        }
    }

    private void forbids(String why, Call call) {
        String text = call.toString();
        faults.add("the model forbids: " + why + ": " + text.substring(0, Math.min(400, text.length())));
    }

    private void saved(Worker worker, Call call, JsonNode item) {
        JsonNode document = Json.parse(item.at("/document/S").asText("{}"));
        if (!document.has("step") || !document.has("timer")) {
            return;
        }
        String id = document.path("id").asText();
        if (document.equals(documents.put(id, document))) {
            // A transaction that is sent again under its token is answered, and not done again.
            return;
        }
        steps++;
        Stored before = cases.get(id);
        String movedBy = document.at("/timer/movedBy").asText("");
        Stored after = new Stored(
                step(document.at("/step/is").asText()),
                document.path("version").asLong(),
                document.at("/step/attempt").asInt(0),
                document.path("step").has("lookedInVain"),
                document.at("/timer/step").asInt(),
                movedBy,
                handedOut.getOrDefault(movedBy, 0),
                Wait.of(document.path("gate")));
        Hold held = before == null || !before.held().token().equals(after.held().token())
                ? Hold.NONE
                : before.held().hold();
        if (!held.mayBecome(after.held().hold())) {
            forbids(id + " goes from the gate's " + held + " to " + after.held().hold(), call);
        }
        Step from = before == null ? Step.NONE : before.step();
        // The gate's answer is kept once it is given, after the decision that ended the case.
        boolean answered = from == Step.ENDED && held == Hold.RELEASING && after.step() == Step.ENDED;
        // A case may wait for a deployment to its whole group that another case began.
        boolean joined =
                from == Step.PROBING && document.at("/step/is").asText().equals("Deploying");
        if (!answered && !joined && !from.mayBecome(after.step())) {
            forbids(id + " goes from " + from + " to " + after.step(), call);
        }
        if (before != null && after.version() != before.version() + 1) {
            forbids(id + " version " + after.version() + " after " + before.version(), call);
        }
        if (before != null && after.timer() < before.timer()) {
            forbids(id + " goes back to timer " + after.timer(), call);
        }
        if (after.step() == Step.INTENDED) {
            intended(before, after, id);
        }
        cases.put(id, after);
        worker.stored().put(id, after.version());
    }

    private static Step step(String name) {
        return switch (name) {
            case "ToProbe" -> Step.TO_PROBE;
            case "Probing" -> Step.PROBING;
            case "Intended" -> Step.INTENDED;
            case "Running", "Deploying" -> Step.RUNNING;
            case "Replacing" -> Step.REPLACING;
            case "Ended" -> Step.ENDED;
            default -> throw new IllegalArgumentException("the model knows no step " + name);
        };
    }

    private void intended(@Nullable Stored before, Stored after, String id) {
        Sends sent = sends.computeIfAbsent(id + "/" + after.attempt(), key -> new Sends());
        if (after.looked()) {
            sent.looked = true;
        } else if (before != null && before.looked() && sent.looked) {
            sent.renewed = true;
        }
    }

    /** Of the step that is stored; by the worker that stored it, the schedule too, or by a message that moved the case. */
    private void sent(Worker worker, Call call, JsonNode body) {
        if (!body.has("caseId") || !body.has("step")) {
            return;
        }
        timers++;
        String id = body.path("caseId").asText();
        Stored stored = cases.get(id);
        int step = body.path("step").asInt();
        if (stored == null || stored.timer() < step) {
            forbids("a recheck of a step that is not stored", call);
            return;
        }
        boolean own = worker.stored().containsKey(id);
        boolean owner = worker.messages().contains(stored.movedBy());
        int sent = rechecks.merge(id + "#" + step, 1, Integer::sum);
        if (!own && !owner) {
            rearmed.merge(id, 1, Integer::sum);
        }
        int again = handedOut.getOrDefault(stored.movedBy(), 0) - stored.handedOutBefore();
        if (stored.timer() == step && !own && !owner) {
            forbids("a recheck by a message that did not move the case", call);
        } else if (stored.timer() == step && own && sent > 1 + Math.max(0, again)) {
            forbids(
                    "recheck number " + sent + " of step " + step + ", whose message came again " + again + " times",
                    call);
        }
    }

    private void remedy(Worker worker, Call call, String comment) {
        Matcher marker = MARKER.matcher(comment);
        if (!marker.matches()) {
            return;
        }
        remedies++;
        String id = marker.group(1);
        int attempt = Integer.parseInt(marker.group(2));
        Stored stored = cases.get(id);
        if (stored == null || stored.step() != Step.INTENDED || stored.attempt() != attempt || stored.looked()) {
            forbids("a remedy that is not intended (" + stored + ")", call);
            return;
        }
        if (!worker.stored().containsKey(id)) {
            forbids("a remedy by a worker that did not store the intent", call);
        }
        Sends sent = sends.computeIfAbsent(id + "/" + attempt, key -> new Sends());
        if (sent.count > 0 && !sent.renewed) {
            forbids("a remedy sent again without two looks", call);
        }
        sent.count++;
        sent.looked = false;
        sent.renewed = false;
    }

    /** One deployment for each deployment group and window, whichever case began it. */
    private void wholeGroup(Call call, JsonNode input) {
        Call last = deployed.put(
                input.path("applicationName").asText() + "/"
                        + input.path("deploymentGroupName").asText(),
                call);
        if (last != null && call.at().isBefore(last.at().plus(WINDOW))) {
            forbids("a second deployment to the whole group in its window", call);
        }
    }

    /** CONTINUE follows its stored decision, ABANDON an intent of the same worker; in mode observe no case knows of a hold. */
    private void answered(Worker worker, Call call, boolean abandon) {
        boolean may = waiting(call).stream()
                .anyMatch(each -> abandon
                        ? each.getValue().step() == Step.INTENDED
                                && worker.stored().containsKey(each.getKey())
                        : each.getValue().held().hold() != Hold.OPEN);
        if (abandon) {
            remedies++;
        }
        if (!may && (abandon || !waiting(call).isEmpty())) {
            forbids(abandon ? "an ABANDON that is not intended" : "a CONTINUE that was not decided", call);
        }
    }

    private void heartbeatSent(Call call) {
        List<Map.Entry<String, Stored>> known = waiting(call);
        if (!known.isEmpty()
                && known.stream().noneMatch(each -> each.getValue().held().hold() == Hold.OPEN)) {
            forbids("a heartbeat of a hold that is over", call);
        }
    }

    /** The cases that know of the wait that a call is about. */
    private List<Map.Entry<String, Stored>> waiting(Call call) {
        String token = call.input().path("LifecycleActionToken").asText("");
        String instance = call.input().path("InstanceId").asText("-");
        return cases.entrySet().stream()
                .filter(each -> token.isEmpty()
                        ? each.getKey().startsWith(instance)
                                && each.getValue().held().token().isEmpty()
                                && each.getValue().held().hold() != Hold.NONE
                        : each.getValue().held().token().equals(token))
                .toList();
    }

    private void marked(Worker worker, Call call, String instance) {
        remedies++;
        Set<String> own = new HashSet<>();
        worker.stored().keySet().stream().filter(id -> id.startsWith(instance)).forEach(own::add);
        boolean intended =
                own.stream().map(cases::get).anyMatch(stored -> stored != null && stored.step() == Step.INTENDED);
        if (!intended) {
            forbids("a replacement that this worker did not store as intended", call);
        }
    }
}
