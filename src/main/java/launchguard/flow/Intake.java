package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.aws.Instances;
import launchguard.aws.Timers;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.ConflictException;
import launchguard.cases.Finding;
import launchguard.cases.Memory;
import launchguard.cases.TimelineEntry;
import launchguard.cases.Timer;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import org.jspecify.annotations.Nullable;

/** Decides whether an instance is ours, and opens its case. */
final class Intake {
    private final Rooms rooms;
    private final OptIns optIns;

    Intake(Rooms rooms) {
        this.rooms = rooms;
        this.optIns = new OptIns(rooms);
    }

    Admission admit(Request request, Census census) {
        Optional<Case> latest = rooms.store().latest(request.instance());
        if (latest.isPresent() && answers(latest.get(), request)) {
            return known(latest.get());
        }
        Instances.Facts facts = census.facts(request.instance());
        if (facts == null || !facts.running()) {
            return new Admission.NotOurs(
                    facts == null ? "EC2 does not know this instance" : "the instance is not running");
        }
        String unwanted = notOurs(request, facts);
        if (unwanted != null) {
            return new Admission.NotOurs(unwanted);
        }
        GroupName group = census.group(request.instance());
        if (group == null) {
            return new Admission.NotOurs("the instance is in no Auto Scaling group, or in a warm pool");
        }
        String reason = notOurs(request, group, census);
        return reason != null ? new Admission.NotOurs(reason) : open(request, facts.launchedAt(), group, latest);
    }

    /** An open case takes whatever comes; a closed one only the same deployment again, which no other launch can bring. */
    private static boolean answers(Case latest, Request request) {
        if (!latest.ended()) {
            return true;
        }
        return !request.manual() && request.deployment() != null && latest.about(request.deployment());
    }

    /** What the instance alone tells comes first: most of an account's deployments are to others, or to old ones. */
    private @Nullable String notOurs(Request request, Instances.Facts facts) {
        if (!rooms.settings().optInValue().equals(facts.tags().get(Settings.OPT_IN_KEY))) {
            return "the instance does not carry " + wanted();
        }
        Duration age = Duration.between(facts.launchedAt(), rooms.now());
        if (!request.manual() && age.compareTo(rooms.settings().launchWindow()) > 0) {
            return "launched " + age.truncatedTo(ChronoUnit.SECONDS) + " ago, outside the launch window of "
                    + rooms.settings().launchWindow();
        }
        return null;
    }

    private String wanted() {
        return "the tag " + Settings.OPT_IN_KEY + "=" + rooms.settings().optInValue();
    }

    private @Nullable String notOurs(Request request, GroupName group, Census census) {
        if (!optIns.wanted(group, census.groups())) {
            return "the group " + group + " does not carry " + wanted();
        }
        boolean echo = request.deployment() != null
                && rooms.settings().limits().wholeGroup()
                && rooms.store().ledger(group).deployments().stream()
                        .anyMatch(done -> request.deployment().equals(done.deployment()));
        return echo ? "the echo of our own deployment to the whole group" : null;
    }

    private Admission open(Request request, Instant launchedAt, GroupName group, Optional<Case> latest) {
        CaseId first = new CaseId(request.instance(), launchedAt, 1);
        CaseId id = first;
        if (latest.isPresent() && latest.get().id().launchedAt().equals(first.launchedAt())) {
            if (request.deployment() == null && !request.manual()) {
                return known(latest.get());
            }
            id = latest.get().id().next();
        }
        Instant now = rooms.now();
        Instant due = now.plus(Timers.LONGEST);
        Case one = new Case(
                id,
                1,
                group,
                request.deployment(),
                request.deploymentGroup(),
                request.deployedWell(),
                request.observeOnly(),
                now,
                (request.manual() ? now : launchedAt).plus(rooms.settings().launchWindow()),
                new CaseStep.ToProbe(now),
                due,
                Timer.FIRST,
                List.of(),
                0,
                Set.of(),
                Set.of(),
                Finding.NONE,
                Memory.NONE,
                List.of(
                        new TimelineEntry(launchedAt, "EC2 launched the instance"),
                        new TimelineEntry(now, request.said())));
        try {
            Case opened = rooms.store().open(one);
            rooms.teller().opened(now, opened);
            return new Admission.Opened(opened);
        } catch (ConflictException other) {
            return known(rooms.store().latest(request.instance()).orElseThrow(() -> other));
        }
    }

    private Admission known(Case one) {
        rooms.store().sendAgain(one);
        return new Admission.Known(one);
    }
}
