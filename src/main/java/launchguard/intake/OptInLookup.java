package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.aws.Groups;
import launchguard.aws.Workers;
import launchguard.model.GroupName;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Reads whether a group has opted in, and remembers a yes for a minute, since a scale-out asks for each instance.
 * Before a remedy the group is read again.
 */
public final class OptInLookup {
    private static final Set<String> BOOLEANS = Set.of("true", "false");
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Settings settings;
    private final CaseClock clock;
    private final Groups groups;
    private final Workers workers;
    private final Map<GroupName, Instant> optedIn = new ConcurrentHashMap<>();
    private final Set<GroupName> observed = ConcurrentHashMap.newKeySet();

    public OptInLookup(Settings settings, CaseClock clock, Groups groups, Workers workers) {
        this.settings = settings;
        this.clock = clock;
        this.groups = groups;
        this.workers = workers;
    }

    /**
     * Why a group has not opted in; null if it has.
     *
     * @param together groups of the same batch, which are read by the same call
     */
    @Nullable
    String missing(GroupName group, Collection<GroupName> together) {
        Instant now = clock.now();
        optedIn.values().removeIf(since -> since.plus(FRESH).isBefore(now));
        return optedIn.containsKey(group) ? null : workers.alone(this, () -> read(group, together, now));
    }

    private @Nullable String read(GroupName group, Collection<GroupName> together, Instant now) {
        if (!optedIn.containsKey(group)) {
            Set<GroupName> unknown = new LinkedHashSet<>(together);
            unknown.add(group);
            unknown.removeAll(optedIn.keySet());
            Map<GroupName, Map<String, String>> read = groups.tags(unknown);
            read.forEach((name, tags) -> {
                if (Settings.observed(tags)) {
                    observed.add(name);
                } else {
                    observed.remove(name);
                }
                if (settings.optInValue().equals(tags.get(Settings.OPT_IN_KEY))) {
                    optedIn.put(name, now);
                }
            });
            return optedIn.containsKey(group)
                    ? null
                    : "the group " + group + " does not carry " + lacking(read.getOrDefault(group, Map.of()));
        }
        return null;
    }

    /** Whether the group's own tag lowers it to mode observe, as it was read with its opt-in. */
    boolean observed(GroupName group) {
        return observed.contains(group);
    }

    /** The tag that is missing from these, with a hint where YAML took an unquoted word for a boolean. */
    String lacking(Map<String, String> tags) {
        String found = tags.get(Settings.OPT_IN_KEY);
        String tag = "the tag " + Settings.OPT_IN_KEY + "=" + settings.optInValue();
        if (found == null || !BOOLEANS.contains(found.toLowerCase(Locale.ROOT))) {
            return tag;
        }
        return tag + " but " + Settings.OPT_IN_KEY + "=" + found.toLowerCase(Locale.ROOT)
                + ": YAML reads on and off without quotes as true and false; write the value in quotes";
    }
}
