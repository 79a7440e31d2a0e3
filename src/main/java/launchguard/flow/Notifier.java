package launchguard.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import launchguard.aws.Announcements;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Instances;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.cases.ConflictException;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.report.CaseLog;
import launchguard.report.Metrics;
import launchguard.report.Outcome;
import org.jspecify.annotations.Nullable;

/** Tells people and machines what a case does: log lines, metrics, events and tags. */
public final class Notifier {
    private static final Set<Status> WORTH_A_TAG = Set.of(
            Status.REPAIRED, Status.REPLACED, Status.REPORTED, Status.REFUSED, Status.ESCALATED, Status.UNRESOLVED);

    private final CaseLog journal;
    private final Metrics metrics;
    private final Announcements announcements;
    private final Instances instances;
    private final DigestSender summaries;

    /** Speaks through these; people hear the first of each kind of news of a group in a window, and the sum. */
    public Notifier(
            CaseLog journal,
            Metrics metrics,
            Announcements announcements,
            Instances instances,
            CaseStore store,
            Duration window) {
        this.journal = journal;
        this.metrics = metrics;
        this.announcements = announcements;
        this.instances = instances;
        this.summaries = new DigestSender(store.tallies(), announcements, journal, window);
    }

    Metrics metrics() {
        return metrics;
    }

    Outcome ignored(Instant at, Outcome outcome) {
        journal.ignored(at, outcome.instance(), String.valueOf(outcome.finding().reason()));
        return outcome;
    }

    void opened(Instant at, Case one) {
        if (one.afterPatch() == null) {
            metrics.launch(at);
        }
        journal.step(at, one, "case opened");
    }

    void step(Instant at, Case one, String what) {
        journal.step(at, one, what);
    }

    /** Something failed that stops nothing else. */
    void fault(Instant at, String what, Throwable fault) {
        journal.fault(at, what, fault);
    }

    /** The remedy is under way already: that is stored even where its event can't be sent. */
    void acting(Instant at, Case one) {
        journal.step(at, one, "remedy sent");
        try {
            announce("Launch Guard Action", at, one, one.finding().action());
        } catch (AwsFailureException | ConflictException fault) {
            journal.fault(at, "could not announce the action; the case goes on", fault);
        }
    }

    /** {@code next} is when the action is tried again; null where it is refused for good. */
    void refused(Instant at, Case one, @Nullable Instant next) {
        journal.step(at, one, next == null ? "action refused" : "action refused until " + next);
        ObjectNode detail = next == null ? EventDetail.of(one, at) : EventDetail.refused(one, at, next);
        announce("Launch Guard Refusal", at, one, detail, one.finding().refusal());
    }

    /**
     * The launch gate's wait is over: our answer was given, or there was none to give any more.
     *
     * @param expired whether there was none because the hook's timeout had taken its default result
     */
    void gateAnswered(Instant at, Case one, Gate gate, boolean expired) {
        String end = expired
                ? "EXPIRED"
                : gate.state() != Gate.State.RELEASED ? gate.state().name() : gate.proved() ? "PROVED" : "UNPROVED";
        journal.step(at, one, "gate " + end);
        metrics.held(at, end, gate.held(at));
        String type = switch (gate.state()) {
            case RELEASED -> "Launch Guard Gate Released";
            case ABANDONED -> "Launch Guard Gate Abandoned";
            case OPEN, RELEASING, GONE -> null;
        };
        if (type != null) {
            ObjectNode detail = EventDetail.of(one, at).put("proved", gate.proved());
            try {
                announcements.put(type, detail.toString());
            } catch (AwsFailureException fault) {
                journal.fault(at, "could not announce the gate's answer; the case goes on", fault);
            }
        }
    }

    /** The event of a wait came when the hook's timeout had put the instance in service: nobody had answered for it. */
    void gateExpired(Instant at, Duration held) {
        metrics.held(at, "EXPIRED", held);
    }

    /** What is stale after patching: told once for each group and window, and counted in its summary. */
    void staleAfterPatch(Instant at, Case one, String restart) {
        journal.step(at, one, "stale after patching");
        if (summaries.first(at, one, "STALE_AFTER_PATCH")) {
            announcements.put(
                    "Launch Guard Stale After Patch",
                    EventDetail.stale(one, at, restart).toString());
        }
    }

    void stuck(Instant at, Case one) {
        journal.step(at, one, "boot is stuck");
        announce("Launch Guard Boot Stuck", at, one, one.finding().verdict());
    }

    /** Sent before the end is stored: twice is better than never. */
    void ended(Instant at, Case one) {
        journal.step(at, one, "case closed");
        boolean worth = WORTH_A_TAG.contains(one.status()) && one.afterPatch() == null;
        announce("Launch Guard Case Closed", at, one, worth ? one.status().name() : null);
        if (worth && !Refusal.Name.OPTED_OUT.name().equals(one.finding().refusal())) {
            tag(at, one);
        }
    }

    /** Tells the sums of the groups whose window has ended. */
    void summarize(Instant at) {
        summaries.look(at);
    }

    /** Every case has its event; the rules that send mail leave out those that repeat what was said of the group. */
    private void announce(String type, Instant at, Case one, @Nullable String kind) {
        announce(type, at, one, EventDetail.of(one, at), kind);
    }

    private void announce(String type, Instant at, Case one, ObjectNode detail, @Nullable String kind) {
        if (kind != null && !summaries.first(at, one, kind)) {
            detail.put("repeated", true);
        }
        if (!announcements.put(type, detail.toString())) {
            journal.step(at, one, "EventBridge did not take the event \"" + type + "\"");
        }
    }

    /** A tag is a courtesy to people: the instance may be gone already, and the case must go on. */
    private void tag(Instant at, Case one) {
        try {
            instances.tag(
                    one.id().instance(),
                    Map.of(
                            "launch-guard:verdict",
                            String.valueOf(one.finding().verdict()),
                            "launch-guard:case",
                            one.id().toString()));
        } catch (AwsFailureException fault) {
            journal.fault(at, "could not tag the instance; the case goes on", fault);
        }
    }
}
