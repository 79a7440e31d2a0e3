package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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

    boolean wanted(GroupName group) {
        Instant now = rooms.now();
        wanted.values().removeIf(since -> since.plus(FRESH).isBefore(now));
        if (wanted.containsKey(group)) {
            return true;
        }
        boolean wants = rooms.groups()
                .tags(group)
                .filter(tags -> rooms.settings().optInValue().equals(tags.get(Settings.OPT_IN_KEY)))
                .isPresent();
        if (wants) {
            wanted.put(group, now);
        }
        return wants;
    }
}
