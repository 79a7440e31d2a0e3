package launchguard.cases;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * The launches of one version of a group's launch template that failed within an hour. From the second on, people are
 * notified once an hour.
 *
 * @param template the launch template and its version, or the launch configuration
 * @param version counts the changes; a change is stored only on the version that it was made from
 * @param launches the newest, oldest first
 * @param sender the instance whose failure sends the notification; null while there is none to send
 * @param notifiedAt when people were last notified; null before that
 */
public record FailedLaunches(
        GroupName group,
        String template,
        long version,
        List<FailedLaunch> launches,
        @Nullable InstanceId sender,
        @Nullable Instant notifiedAt) {
    /** More of them would not change the notification. */
    public static final int MOST = 50;

    private static final Duration WINDOW = Duration.ofHours(1);

    /** Copies its list. */
    public FailedLaunches {
        launches = List.copyOf(launches);
    }

    /** A version without failures. */
    public static FailedLaunches none(GroupName group, String template) {
        return new FailedLaunches(group, template, 0, List.of(), null, null);
    }

    /** With one more failure; unchanged if that instance is counted already. */
    public FailedLaunches with(FailedLaunch failed) {
        if (counts(failed.instance())) {
            return this;
        }
        Instant since = failed.at().minus(WINDOW);
        List<FailedLaunch> recent = new ArrayList<>(launches);
        recent.removeIf(launch -> !launch.at().isAfter(since));
        recent.add(failed);
        if (recent.size() > MOST) {
            recent.removeFirst();
        }
        boolean notified = notifiedAt != null && notifiedAt.isAfter(since);
        boolean pending = !notified
                && recent.stream().anyMatch(launch -> launch.instance().equals(sender));
        InstanceId next = notified || pending ? sender : recent.size() > 1 ? failed.instance() : null;
        return new FailedLaunches(group, template, version, recent, next, notified ? notifiedAt : null);
    }

    private boolean counts(InstanceId instance) {
        return launches.stream().anyMatch(launch -> launch.instance().equals(instance));
    }

    /** Whether the signal of this instance's failure is to notify people. */
    public boolean notifies(InstanceId instance) {
        return instance.equals(sender) && notifiedAt == null;
    }

    /** People were notified. */
    public FailedLaunches notified(Instant at) {
        return new FailedLaunches(group, template, version, launches, sender, at);
    }

    /** The next version; only the store calls this. */
    public FailedLaunches nextVersion() {
        return new FailedLaunches(group, template, version + 1, launches, sender, notifiedAt);
    }
}
