package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.aws.Groups;
import launchguard.aws.ScalingGroup;
import launchguard.aws.Workers;
import launchguard.model.GroupName;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Auto Scaling groups as they were at most ten seconds ago, for decisions that change nothing. Many cases wait for few
 * groups, so one call reads all groups that this process needed within some minutes.
 */
public final class RecentGroups {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration ASKED_ABOUT = Duration.ofMinutes(3);

    private final Groups groups;
    private final Workers workers;
    private final CaseClock clock;
    private final Map<GroupName, Instant> asked = new ConcurrentHashMap<>();
    private volatile Read last = new Read(Instant.MIN, Set.of(), Map.of());

    private record Read(Instant at, Set<GroupName> asked, Map<GroupName, ScalingGroup> found) {}

    public RecentGroups(Groups groups, Workers workers, CaseClock clock) {
        this.groups = groups;
        this.workers = workers;
        this.clock = clock;
    }

    /** The group; null when it does not exist. */
    @Nullable
    ScalingGroup find(GroupName name) {
        asked.put(name, clock.now());
        Read known = last;
        Read read = fresh(known, name) ? known : workers.alone(this, () -> read(name));
        return read.found().get(name);
    }

    private boolean fresh(Read read, GroupName name) {
        return read.at().plus(FRESH).isAfter(clock.now()) && read.asked().contains(name);
    }

    private Read read(GroupName name) {
        Read known = last;
        if (fresh(known, name)) {
            return known;
        }
        Instant now = clock.now();
        asked.values().removeIf(at -> at.plus(ASKED_ABOUT).isBefore(now));
        Set<GroupName> names = Set.copyOf(asked.keySet());
        Read read = new Read(now, names, groups.describe(names));
        last = read;
        return read;
    }
}
