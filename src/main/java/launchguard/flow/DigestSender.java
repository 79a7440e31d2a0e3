package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.Announcements;
import launchguard.aws.AwsFailureException;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.cases.NotificationCounts;
import launchguard.cases.Tallies;
import launchguard.cases.UnreadableCaseException;
import launchguard.model.GroupName;
import launchguard.report.CaseLog;

/**
 * Counts each kind of news of a group: people hear the first of each at once, and the sums once the window has ended.
 * What was counted is told at least once; told twice where a process dies in between.
 */
final class DigestSender {
    static final String TYPE = "Launch Guard Summary";

    /** Of concurrent writers one wins each round; ten thousand cases of a group may want to be counted at once. */
    private static final int ROUNDS = 50;

    private static final int ASK_AFTER = 5;
    private static final int MOST = 200;

    private final Tallies tallies;
    private final Announcements announcements;
    private final CaseLog journal;
    private final Duration window;

    DigestSender(Tallies tallies, Announcements announcements, CaseLog journal, Duration window) {
        this.tallies = tallies;
        this.announcements = announcements;
        this.journal = journal;
        this.window = window;
    }

    /** Counts it; whether it is the first of its window, also when it is asked again because nobody knows if it was heard. */
    boolean first(Instant now, Case one, String kind) {
        long tried = -1;
        for (int round = 1; ; round++) {
            try {
                NotificationCounts tally = current(now, one.group());
                // Mostly somebody else was quicker; where nobody was, or again and again, it may have been counted
                // before.
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

    /** Should the schedule be late or off, the first news after the window's end sums it up. */
    private NotificationCounts current(Instant now, GroupName group) {
        NotificationCounts tally = tallies.of(group);
        return tally.over(now) ? toldAll(now, tally) : tally;
    }

    /** Sums up what is over; what can't be told now is told at the next look. */
    void look(Instant now) {
        for (GroupName group : tallies.over(now, MOST)) {
            try {
                current(now, group);
            } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
                journal.fault(now, "could not sum up the news of a group; tried again by the schedule", fault);
            }
        }
    }

    /** Told before it is stored that it was: news that came in between is told with the sums of another round. */
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
