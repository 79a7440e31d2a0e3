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

/**
 * Counts each kind of notification of a group: people get the first of each at once, and a digest when the window ends.
 * A digest is sent at least once; twice where the process dies before it is stored as sent.
 */
final class DigestSender {
    static final String TYPE = "Launch Guard Summary";

    /** Of concurrent writers one wins each round; ten thousand cases of a group may want to be counted at once. */
    private static final int ROUNDS = 50;

    private static final int ASK_AFTER = 5;
    private static final int MOST = 200;

    private final NotificationCountStore tallies;
    private final Announcements announcements;
    private final CaseLog journal;
    private final Duration window;

    DigestSender(NotificationCountStore tallies, Announcements announcements, CaseLog journal, Duration window) {
        this.tallies = tallies;
        this.announcements = announcements;
        this.journal = journal;
        this.window = window;
    }

    /** Counts it. Gives true for the first of its window, also when the same one is counted again after a crash. */
    boolean first(Instant now, Case one, String kind) {
        long tried = -1;
        for (int round = 1; ; round++) {
            try {
                NotificationCounts tally = current(now, one.group());
                // Mostly another invocation was first. Where none was, or where it fails again and again, this one may
                // have been counted already.
                if (tally.version() == tried || round % ASK_AFTER == 0) {
                    Boolean before =
                            tallies.counted(one.id(), one.group(), kind).orElse(null);
                    if (before != null) {
                        return before;
                    }
                }
                tried = tally.version();
                boolean first = tally.isFirst(kind);
                tallies.save(tally.with(kind, now, window), one.id(), kind, first);
                return first;
            } catch (ConflictException quicker) {
                if (round == ROUNDS) {
                    throw quicker;
                }
            }
        }
    }

    /** If the schedule is late or off, the first notification after the window's end sends the digest. */
    private NotificationCounts current(Instant now, GroupName group) {
        NotificationCounts tally = tallies.of(group);
        return tally.over(now) ? toldAll(now, tally) : tally;
    }

    /** Sends the digest of each window that is over; what fails is sent at the next tick. */
    void look(Instant now) {
        for (GroupName group : tallies.over(now, MOST)) {
            try {
                current(now, group);
            } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
                journal.fault(now, "could not sum up the news of a group; tried again by the schedule", fault);
            }
        }
    }

    /** Sent before it is stored as sent; what is counted in between is in the next digest. */
    private NotificationCounts toldAll(Instant now, NotificationCounts tally) {
        if (tally.repeats()) {
            String detail = EventDetail.of(tally, now).toString();
            boolean taken = announcements.put(TYPE, detail);
            journal.group(
                    now, tally.group(), taken ? "news summed up" : "EventBridge did not take the summary", detail);
        }
        return tallies.save(tally.told());
    }
}
