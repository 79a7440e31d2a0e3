package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.sandbox.Command;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Json;

/** The verdicts that probes' output implies, read without the function's code. */
final class ProbeLog {
    private static final Set<String> FINISHED = Set.of("done", "failed", "disabled", "absent", "unknown");
    private final Sandbox aws;
    private final Map<String, JsonNode> read = new HashMap<>();

    ProbeLog(Sandbox aws) {
        this.aws = aws;
    }

    /**
     * Whether a probe that ended between those moments has shown harm of a finished boot on that very instance. After
     * a remedy that ended well it is harm, too, that no JVM runs any more where one did.
     */
    boolean harm(Instance instance, Instant after, Instant until) {
        boolean lostCounts = after.isAfter(Instant.MIN) && !pids(instance.id()).isEmpty();
        return probes(instance.id())
                .filter(probe -> probe.endOn(instance.id())
                        .filter(end -> !end.isBefore(after) && !end.isAfter(until))
                        .isPresent())
                .anyMatch(probe -> probe.printedOn(instance.id())
                        .map(text -> harm(instance.id(), text, lostCounts))
                        .orElse(false));
    }

    /** The processes that its probes have named. */
    Set<String> pids(String instance) {
        Set<String> pids = new HashSet<>();
        probes(instance)
                .forEach(probe -> probe.printedOn(instance)
                        .ifPresent(text -> parsed(text)
                                .path("jvms")
                                .forEach(jvm -> pids.add(jvm.path("pid").asText()))));
        return pids;
    }

    /** Whether its probes have named this service. */
    boolean shows(String instance, String unit) {
        return probes(instance)
                .anyMatch(probe -> probe.printedOn(instance)
                        .filter(text -> text.contains("\"" + unit + "\""))
                        .isPresent());
    }

    private java.util.stream.Stream<Command> probes(String instance) {
        return aws.commands().all().stream()
                .filter(command -> command.documentName().equals("LaunchGuard-Probe"))
                .filter(command -> command.instances().contains(instance));
    }

    private boolean harm(String instance, String text, boolean lostCounts) {
        JsonNode evidence = parsed(text);
        boolean own = evidence.at("/host/instanceId").asText(instance).equals(instance);
        boolean finished = FINISHED.contains(evidence.at("/cloudInit/state").asText());
        boolean stale = false;
        for (JsonNode jvm : evidence.path("jvms")) {
            stale |= jvm.path("exeLinks").asInt(1) == 0
                    || jvm.path("javaHomeGone").asBoolean()
                    || !jvm.path("deletedMappings").isEmpty();
        }
        JsonNode jvms = evidence.path("jvms");
        boolean lost = lostCounts && jvms.isArray() && jvms.isEmpty();
        return own
                && finished
                && (stale || lost || !evidence.path("failedUnits").isEmpty());
    }

    private JsonNode parsed(String text) {
        return read.computeIfAbsent(text, key -> {
            List<String> lines = key.lines().toList();
            return Json.parse(lines.isEmpty() ? "{}" : lines.getFirst());
        });
    }
}
