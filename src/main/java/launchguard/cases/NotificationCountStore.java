package launchguard.cases;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.model.CaseId;
import launchguard.model.GroupName;

/** Stores notification counts; every write is conditional, and no case's notification of a kind counts twice. */
public interface NotificationCountStore {

    /** The counts of a group; empty when nothing was ever written. */
    NotificationCounts of(GroupName group);

    /** Stores a tally; a {@link ConflictException} when it has changed since it was read. */
    NotificationCounts save(NotificationCounts tally);

    /**
     * Stores counts with this case's notification of this kind, and the marker for it, together or not at all; a {@link
     * ConflictException} when the counts have changed since they were read, or when that notification was counted before.
     *
     * @param first whether it was the first of its window
     */
    NotificationCounts save(NotificationCounts tally, CaseId teller, String kind, boolean first);

    /** Whether this case's notification of this kind was the first of its window; empty when it was never counted. */
    Optional<Boolean> counted(CaseId teller, GroupName group, String kind);

    /** The failed launches of one version of a group's launch template; none when nothing was ever written. */
    FailedLaunches failedLaunches(GroupName group, String template);

    /** Stores failed launches as of now; a {@link ConflictException} when they have changed since they were read. */
    FailedLaunches save(FailedLaunches failed, Instant now);

    /** Groups whose tally's window ended before then, at most that many. */
    List<GroupName> over(Instant then, int most);
}
