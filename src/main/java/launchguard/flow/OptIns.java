package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.model.GroupName;

/**
 * Whether a group wants to be looked after. A yes holds for a minute, since a scale-out asks for each instance; before
 * anything is done to one, its group is read anew.
 */
final class OptIns {
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Rooms rooms;
    private final Map<GroupName, Instant> wanted = new ConcurrentHashMap<>();

    OptIns(Rooms rooms) {
        this.rooms = rooms;
    }

    /** {@code together}: groups of the same batch, which will be asked about next and are read by the same call. */
    boolean wanted(GroupName group, Collection<GroupName> together) {
        Instant now = rooms.now();
        wanted.values().removeIf(since -> since.plus(FRESH).isBefore(now));
        if (!wanted.containsKey(group)) {
            Set<GroupName> unknown = new LinkedHashSet<>(together);
            unknown.add(group);
            unknown.removeAll(wanted.keySet());
            rooms.groups().tags(unknown).forEach((name, tags) -> {
                if (rooms.settings().optInValue().equals(tags.get(Settings.OPT_IN_KEY))) {
                    wanted.put(name, now);
                }
            });
        }
        return wanted.containsKey(group);
    }
}
