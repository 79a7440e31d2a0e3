package launchguard.notify;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.Announcements;
import launchguard.aws.AwsFailureException;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.cases.NotificationCountStore;
import launchguard.cases.NotificationCounts;
import launchguard.cases.UnreadableCaseException;
import launchguard.model.GroupName;
import launchguard.report.CaseLog;
import launchguard.store.ConflictRetry;

/**
 * Counts each kind of notification of a group: people get the first of each at once, and a digest when the window ends.
 * A digest is sent at least once; twice where the process dies before it is stored as sent.
 */
final class DigestSender {
    static final String TYPE = "Launch Guard Summary";

    private static final int MOST = 200;

    private final NotificationCountStore counts;
    private final Announcements announcements;
    private final CaseLog caseLog;
    private final Duration window;

    DigestSender(NotificationCountStore counts, Announcements announcements, CaseLog caseLog, Duration window) {
        this.counts = counts;
        this.announcements = announcements;
        this.caseLog = caseLog;
        this.window = window;
    }

    /**
     * Counts a notification. Returns true for the first of its window, also if the same one is counted again after a
     * crash.
     */
    boolean first(Instant now, Case current, String kind) {
        return ConflictRetry.untilStored(() -> counted(now, current, kind));
    }

    /** Writers of one window don't conflict, except about its beginning, its end and the first of a kind. */
    private boolean counted(Instant now, Case current, String kind) {
        NotificationCounts read = inTime(now, current.group());
        try {
            if (read.inWindow()) {
                counts.add(read, current.id(), kind);
            } else {
                counts.begin(read.begun(kind, now, window), current.id(), kind);
            }
            return read.isFirst(kind);
        } catch (ConflictException lost) {
            // This notification may have been counted already, by an invocation that died.
            return counts.counted(current.id(), current.group(), kind).orElseThrow(() -> lost);
        }
    }

    /** If the schedule is late or off, the first notification after the window's end sends the digest. */
    private NotificationCounts inTime(Instant now, GroupName group) {
        NotificationCounts read = counts.of(group);
        return read.over(now) ? ended(now, read) : read;
    }

    /** Sends the digest of each window that is over; one that fails is sent at the next tick. */
    void sendDue(Instant now) {
        for (GroupName group : counts.over(now, MOST)) {
            try {
                inTime(now, group);
            } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
                caseLog.fault(now, "could not send the digest of a group; the schedule tries again", fault);
            }
        }
    }

    /** Sent before it is stored as sent; what is counted in between is in the next digest. */
    private NotificationCounts ended(Instant now, NotificationCounts read) {
        if (read.repeats()) {
            String detail = EventDetail.of(read, now).toString();
            boolean taken = announcements.put(TYPE, detail);
            caseLog.group(now, read.group(), taken ? "digest sent" : "EventBridge refused the digest", detail);
        }
        return counts.end(read);
    }
}
