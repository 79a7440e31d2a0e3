package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.guard.GroupState.Member;
import launchguard.model.CaseId;
import launchguard.model.InstanceId;

/** Finds what events have missed: they are best effort, all of them. */
final class Sweep {
    private static final int MOST = 200;

    /** Longer than any timer. */
    private static final Duration ANY_TIMER = Duration.ofDays(1);

    private final Rooms rooms;
    private final Intake intake;

    Sweep(Rooms rooms, Intake intake) {
        this.rooms = rooms;
        this.intake = intake;
    }

    /**
     * What was found.
     *
     * @param rearmed open cases past due whose timer was set anew
     * @param opened cases of launches that no event had told
     */
    record Found(int rearmed, List<Case> opened) {}

    Found look(Census census) {
        Instant now = rooms.now();
        List<CaseId> late = rooms.store().pastDue(now, MOST);
        late.forEach(id -> rooms.timers().ring(id, Duration.ZERO));
        rooms.teller().summarize(now);
        rooms.teller().metrics().oldestOpen(now, (double)
                Duration.between(oldest(now), now).toSeconds());
        return new Found(late.size(), missed(now, census));
    }

    /** When the oldest open case was opened; now when none is. No case is older than its launch, which its id tells. */
    private Instant oldest(Instant now) {
        List<CaseId> open = rooms.store().pastDue(now.plus(ANY_TIMER), MOST).stream()
                .sorted(Comparator.comparing(CaseId::launchedAt))
                .toList();
        Instant oldest = now;
        for (CaseId id : open) {
            if (!id.launchedAt().isBefore(oldest)) {
                break;
            }
            Instant opened = rooms.store().find(id).map(Case::openedAt).orElse(now);
            oldest = opened.isBefore(oldest) ? opened : oldest;
        }
        return oldest;
    }

    private List<Case> missed(Instant now, Census census) {
        List<InstanceId> serving = rooms
                .groups()
                .tagged(Settings.OPT_IN_KEY, rooms.settings().optInValue())
                .stream()
                .map(ScalingGroup::members)
                .flatMap(List::stream)
                .filter(Member::inService)
                .map(Member::instance)
                .toList();
        Instant oldest = now.minus(rooms.settings().launchWindow());
        List<Case> opened = new ArrayList<>();
        census.expect(serving);
        for (InstanceId instance : serving) {
            Instances.Facts facts = census.facts(instance);
            if (facts != null && facts.launchedAt().isAfter(oldest) && !known(instance, facts.launchedAt())) {
                Request request = Request.event(instance, null, null, "found by the schedule: no event told of it");
                if (intake.admit(request, census) instanceof Admission.Opened found) {
                    opened.add(found.one());
                }
            }
        }
        return opened;
    }

    private boolean known(InstanceId instance, Instant launchedAt) {
        return rooms.store()
                .latest(instance)
                .filter(one -> one.id().launchedAt().getEpochSecond() == launchedAt.getEpochSecond())
                .isPresent();
    }
}
