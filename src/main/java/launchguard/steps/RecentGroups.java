package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.aws.Groups;
import launchguard.aws.ScalingGroup;
import launchguard.aws.Workers;
import launchguard.model.GroupName;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Auto Scaling groups as they were at most three seconds ago: for what changes nothing. Many cases wait for few groups, so one call
 * reads all groups that this process was asked about within some minutes.
 */
public final class RecentGroups {
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final Duration ASKED_ABOUT = Duration.ofMinutes(3);

    private final Groups groups;
    private final Workers workers;
    private final CaseClock clock;
    private final Map<GroupName, Instant> asked = new ConcurrentHashMap<>();
    private volatile Read last = new Read(Instant.MIN, Map.of());

    private record Read(Instant at, Map<GroupName, Optional<ScalingGroup>> groups) {}

    public RecentGroups(Groups groups, Workers workers, CaseClock clock) {
        this.groups = groups;
        this.workers = workers;
        this.clock = clock;
    }

    /** The group; null when it does not exist. */
    @Nullable
    ScalingGroup find(GroupName name) {
        asked.put(name, clock.now());
        Optional<ScalingGroup> known = fresh(name);
        return (known != null ? known : workers.alone(this, () -> read(name))).orElse(null);
    }

    private @Nullable Optional<ScalingGroup> fresh(GroupName name) {
        Read read = last;
        return read.at().plus(FRESH).isAfter(clock.now()) ? read.groups().get(name) : null;
    }

    private Optional<ScalingGroup> read(GroupName name) {
        Optional<ScalingGroup> known = fresh(name);
        if (known != null) {
            return known;
        }
        Instant now = clock.now();
        asked.values().removeIf(at -> at.plus(ASKED_ABOUT).isBefore(now));
        List<GroupName> all = List.copyOf(asked.keySet());
        Map<GroupName, ScalingGroup> found = groups.describe(all);
        Map<GroupName, Optional<ScalingGroup>> read = new HashMap<>();
        all.forEach(group -> read.put(group, Optional.ofNullable(found.get(group))));
        last = new Read(now, read);
        return read.getOrDefault(name, Optional.empty());
    }
}
