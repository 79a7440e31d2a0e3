package launchguard.notify;

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
import launchguard.model.GroupName;
import launchguard.report.CaseLog;
import launchguard.report.GateWording;
import launchguard.report.Metrics;
import launchguard.report.Outcome;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;

/** Reports what a case does, by log lines, metrics, events and tags. */
public final class Notifier {
    private static final Set<Status> WORTH_A_TAG = Set.of(
            Status.REPAIRED, Status.REPLACED, Status.REPORTED, Status.REFUSED, Status.ESCALATED, Status.UNRESOLVED);

    private final CaseLog caseLog;
    private final Metrics metrics;
    private final Announcements announcements;
    private final Instances instances;
    private final DigestSender digests;

    /** Notifies through these; people get the first of each kind of a group in a window, and a digest. */
    public Notifier(
            CaseLog caseLog,
            Metrics metrics,
            Announcements announcements,
            Instances instances,
            CaseStore store,
            Duration window) {
        this.caseLog = caseLog;
        this.metrics = metrics;
        this.announcements = announcements;
        this.instances = instances;
        this.digests = new DigestSender(store.notificationCounts(), announcements, caseLog, window);
    }

    public Metrics metrics() {
        return metrics;
    }

    public Outcome ignored(Instant at, Outcome outcome) {
        caseLog.ignored(at, outcome.instance(), String.valueOf(outcome.finding().reason()));
        return outcome;
    }

    public void opened(Instant at, Case current) {
        if (current.afterPatch() == null) {
            metrics.launch(at);
        }
        caseLog.step(at, current, "case opened");
    }

    public void step(Instant at, Case current, String what) {
        caseLog.step(at, current, what);
    }

    /** Logs a failure that stops nothing else. */
    public void fault(Instant at, String what, Throwable fault) {
        caseLog.fault(at, what, fault);
    }

    /** Reports a remedy that is under way; that is stored even if its event can't be sent. */
    public void acting(Instant at, Case current) {
        caseLog.step(at, current, "remedy sent");
        try {
            announce("Launch Guard Action", at, current, current.finding().action());
        } catch (AwsFailureException | ConflictException fault) {
            caseLog.fault(at, "could not announce the action; the case goes on", fault);
        }
    }

    /** {@code next} is when the action is tried again; null where it is refused for good. */
    public void refused(Instant at, Case current, @Nullable Instant next) {
        caseLog.step(at, current, next == null ? "action refused" : "action refused until " + next);
        ObjectNode detail = next == null ? EventDetail.of(current, at) : EventDetail.refused(current, at, next);
        announce("Launch Guard Refusal", at, current, detail, current.finding().refusal());
    }

    /**
     * Reports that the launch gate's wait is over: it was answered, or there was nothing to answer any more.
     *
     * @param expired whether it was not answered because the hook's timeout had taken its default result
     * @param outdated whether the instance goes in service with another revision than its deployment group's
     */
    public void gateAnswered(Instant at, Case current, Gate gate, boolean expired, boolean outdated) {
        String end = expired
                ? "EXPIRED"
                : gate.state() != Gate.State.RELEASED ? gate.state().name() : gate.proved() ? "PROVED" : "UNPROVED";
        caseLog.step(at, current, "gate " + end);
        metrics.held(at, end, gate.held(at));
        String type = switch (gate.state()) {
            case RELEASED -> "Launch Guard Gate Released";
            case ABANDONED -> "Launch Guard Gate Abandoned";
            case OPEN, RELEASING, GONE -> null;
        };
        if (type != null) {
            ObjectNode detail = EventDetail.of(current, at).put("proved", gate.proved());
            try {
                if (outdated) {
                    detail.put("summary", PlainText.quotable(GateWording.outdated(current)));
                    if (!digests.first(at, current, "REVISION_OUTDATED")) {
                        detail.put("repeated", true);
                    }
                }
                announcements.put(type, detail.toString());
            } catch (AwsFailureException | ConflictException fault) {
                caseLog.fault(at, "could not announce the gate's answer; the case goes on", fault);
            }
        }
    }

    /** The event of a wait came after the hook's timeout had put the instance in service without an answer. */
    public void gateExpired(Instant at, Duration held) {
        metrics.held(at, "EXPIRED", held);
    }

    /** Stale JVMs after patching: announced once for each group and window, and counted in its summary. */
    public void staleAfterPatch(Instant at, Case current, String restart) {
        caseLog.step(at, current, "stale after patching");
        if (digests.first(at, current, "STALE_AFTER_PATCH")) {
            announcements.put(
                    "Launch Guard Stale After Patch",
                    EventDetail.stale(current, at, restart).toString());
        }
    }

    /** Reports failing launches of one launch template version, by one notification for all of them. */
    public void launchesFailing(Instant at, GroupName group, ObjectNode detail) {
        boolean taken = announcements.put("Launch Guard Launches Failing", detail.toString());
        caseLog.group(
                at,
                group,
                taken ? "launches fail" : "EventBridge did not take the event of failing launches",
                detail.toString());
    }

    public void stuck(Instant at, Case current) {
        caseLog.step(at, current, "boot is stuck");
        announce("Launch Guard Boot Stuck", at, current, current.finding().verdict());
    }

    /** Reports the end of a case before it is stored: two events are better than none. */
    public void ended(Instant at, Case current) {
        caseLog.step(at, current, "case closed");
        boolean worth = WORTH_A_TAG.contains(current.status()) && current.afterPatch() == null;
        announce(
                "Launch Guard Case Closed",
                at,
                current,
                worth ? current.status().name() : null);
        if (worth && !Refusal.Name.OPTED_OUT.name().equals(current.finding().refusal())) {
            tag(at, current);
        }
    }

    /** Sends the digests of the groups whose window has ended. */
    public void sendDigests(Instant at) {
        digests.sendDue(at);
    }

    /** Sends an event for every case; the rules that send mail leave out repeated ones of the group. */
    private void announce(String type, Instant at, Case current, @Nullable String kind) {
        announce(type, at, current, EventDetail.of(current, at), kind);
    }

    private void announce(String type, Instant at, Case current, ObjectNode detail, @Nullable String kind) {
        if (kind != null && !digests.first(at, current, kind)) {
            detail.put("repeated", true);
        }
        if (!announcements.put(type, detail.toString())) {
            caseLog.step(at, current, "EventBridge did not take the event \"" + type + "\"");
        }
    }

    /** Tags the instance for people. A failure is only logged: the instance may be gone, and the case must go on. */
    private void tag(Instant at, Case current) {
        try {
            instances.tag(
                    current.id().instance(),
                    Map.of(
                            "launch-guard:verdict",
                            String.valueOf(current.finding().verdict()),
                            "launch-guard:case",
                            current.id().toString()));
        } catch (AwsFailureException fault) {
            caseLog.fault(at, "could not tag the instance; the case goes on", fault);
        }
    }
}
