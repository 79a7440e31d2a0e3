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

    /** Stores that the window has ended; a {@link ConflictException} when anything was counted since it was read. */
    NotificationCounts end(NotificationCounts read);

    /**
     * Stores a window that begins with this case's notification, and the marker for it, together or not at all; a {@link
     * ConflictException} when another window has begun since, or when that notification was counted before.
     */
    void begin(NotificationCounts begun, CaseId sender, String kind);

    /**
     * Adds this case's notification of this kind to the window that was read, and stores the marker for it, together or
     * not at all; a {@link ConflictException} when that window has ended since, when that notification was counted
     * before, or when it is no longer the first of its kind. Concurrent additions are no conflict.
     */
    void add(NotificationCounts read, CaseId sender, String kind);

    /** Whether this case's notification of this kind was the first of its window; empty when it was never counted. */
    Optional<Boolean> counted(CaseId sender, GroupName group, String kind);

    /** The failed launches of one version of a group's launch template; none when nothing was ever written. */
    FailedLaunches failedLaunches(GroupName group, String template);

    /** Stores failed launches as of now; a {@link ConflictException} when they have changed since they were read. */
    FailedLaunches save(FailedLaunches failed, Instant now);

    /** Groups whose window ended before then, at most that many. */
    List<GroupName> over(Instant then, int most);
}
