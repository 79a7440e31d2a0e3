package launchguard.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.Command;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ReplayedInstances;

/** Checks promise 4: what remedies really did on the instances. */
final class RemedyEffectsCheck {
    private final ReplayedInstances players;
    private final Map<String, Long> seen = new HashMap<>();
    private final Map<String, List<String>> byMarker = new HashMap<>();

    RemedyEffectsCheck(ReplayedInstances players) {
        this.players = players;
    }

    /** Right after a script ran: whether it has done anything is known by now. */
    synchronized void ran(Command command, Instance instance) {
        if (command.documentName().equals("LaunchGuard-Probe") || !players.plays(instance)) {
            return;
        }
        long effects = players.of(instance).effects();
        if (effects > seen.getOrDefault(instance.id(), 0L)) {
            did(command);
        }
        seen.put(instance.id(), effects);
    }

    void did(Command command) {
        byMarker.computeIfAbsent(command.comment(), marker -> new ArrayList<>()).add(command.id());
    }

    synchronized List<String> faults() {
        return byMarker.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry -> "4: " + entry.getKey() + " took effect "
                        + entry.getValue().size() + " times: " + entry.getValue())
                .toList();
    }
}
