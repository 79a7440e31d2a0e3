package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.sandbox.Message;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Json;

/** Checks promises 5 and 7: every open case has a timer, and every signal has a result. */
final class TimersCheck {
    private final Sandbox aws;
    private final Rules rules;
    private final Map<String, String> timed = new HashMap<>();
    private final Set<String> probed = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> answered = new HashSet<>();
    private int events;

    TimersCheck(Sandbox aws, Rules rules) {
        this.aws = aws;
        this.rules = rules;
    }

    /** A timer that was set for a case, a probe that was sent: from both on the case is open. */
    void called(Call call) {
        if (call.operation().equals("SendMessage")) {
            JsonNode body = Json.parse(call.input().path("MessageBody").asText("{}"));
            if (body.has("caseId")) {
                timed.put(body.path("caseId").asText(), body.path("instanceId").asText());
            }
        } else if (call.operation().equals("SendCommand")) {
            probed.addAll(Json.strings(call.input().path("InstanceIds")));
        }
    }

    private void listen() {
        List<ObjectNode> all = aws.events().events();
        for (ObjectNode event : all.subList(events, all.size())) {
            if (event.path("detail-type").asText().equals("Launch Guard Case Closed")) {
                ended.add(event.at("/detail/caseId").asText());
                answered.add(event.at("/detail/instanceId").asText());
            }
        }
        events = all.size();
    }

    List<String> missing() {
        listen();
        if (!rules.timersKept()) {
            return List.of();
        }
        List<String> faults = new ArrayList<>();
        Set<String> waiting = new HashSet<>();
        messages().forEach(message -> waiting.add(message.body()));
        timed.forEach((caseId, instance) -> {
            boolean open = probed.contains(instance) && !ended.contains(caseId);
            if (open && waiting.stream().noneMatch(body -> body.contains(caseId)) && !inHand(instance)) {
                faults.add("7: case " + caseId + " is open and has no timer at "
                        + aws.clock().instant() + " but "
                        + messages().map(TimersCheck::shown).toList());
            }
        });
        return faults;
    }

    private static String shown(Message message) {
        String body = message.body();
        return message.id() + " " + message.receiveCount() + " "
                + body.substring(Math.min(body.length(), 60), Math.min(body.length(), 160));
    }

    /**
     * Whether a message that was delivered, and comes back since it was not done, keeps the timer: one about this
     * instance, or about a whole deployment.
     */
    private boolean inHand(String instance) {
        return messages()
                .filter(message -> message.receiveCount() > 0)
                .anyMatch(message ->
                        message.body().contains(instance) || !message.body().matches("(?s).*i-[0-9a-f]{8,17}.*"));
    }

    private Stream<Message> messages() {
        return Stream.of(aws.queue(), aws.deadLetters()).flatMap(queue -> queue.messages().stream());
    }

    List<String> unanswered(Set<String> expected) {
        listen();
        return expected.stream()
                .filter(id -> !answered.contains(id))
                .filter(id -> messages().noneMatch(message -> message.body().contains(id)))
                .map(id -> "5: " + id + " was reported, and is neither closed, nor waiting, nor in the dead letters")
                .toList();
    }
}
