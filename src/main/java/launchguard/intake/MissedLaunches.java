package launchguard.intake;

import java.time.Instant;
import java.util.List;
import launchguard.aws.Deadline;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import launchguard.settings.Settings;

/** Opens cases for instances of opted-in groups whose launch events were lost, and starts the checks after patching that are due. */
public final class MissedLaunches {
    private final Settings settings;
    private final Groups groups;
    private final CaseOpener opener;
    private final PatchArrivals patchArrivals;
    private final MissedWaits waits;
    private final ScheduleFaults faults;

    public MissedLaunches(
            Settings settings,
            Groups groups,
            CaseOpener opener,
            PatchArrivals patchArrivals,
            MissedWaits waits,
            ScheduleFaults faults) {
        this.settings = settings;
        this.groups = groups;
        this.opener = opener;
        this.patchArrivals = patchArrivals;
        this.waits = waits;
        this.faults = faults;
    }

    /** Opens the cases and adds them to the list. */
    void find(Instant now, BatchLookups lookups, List<Case> opened) {
        List<ScalingGroup> optedIn = groups.tagged(Settings.OPT_IN_KEY, settings.optInValue()).stream()
                .filter(group -> settings.selects(group.name()))
                .toList();
        opened.addAll(waits.found(optedIn, now, lookups));
        List<InstanceId> serving = optedIn.stream()
                .map(ScalingGroup::members)
                .flatMap(List::stream)
                .filter(Member::inService)
                .map(Member::instance)
                .toList();
        Instant oldest = now.minus(settings.launchWindow());
        lookups.expect(serving);
        for (InstanceId instance : serving) {
            if (!Deadline.allowsMore()) {
                return;
            }
            Instances.Facts facts = lookups.facts(instance);
            boolean launched = facts != null && facts.launchedAt().isAfter(oldest);
            if (facts != null && (launched || patchArrivals.due(instance, now))) {
                Case found = faults.each(
                        "look for a case of " + instance,
                        () -> launched
                                ? opener.missed(instance, facts, lookups)
                                : patchArrivals.probeDaily(instance, now, lookups));
                if (found != null) {
                    opened.add(found);
                }
            }
        }
    }
}
