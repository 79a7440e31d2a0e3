package launchguard.intake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.Deployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.cases.FailedLaunch;
import launchguard.cases.FailedLaunches;
import launchguard.cases.NotificationCountStore;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.notify.EventDetail;
import launchguard.notify.Notifier;
import launchguard.probe.Evidence;
import launchguard.signal.Signal.InstanceDeployed;
import launchguard.store.CaseClock;
import launchguard.store.ConflictRetry;
import launchguard.store.StepStore;
import launchguard.store.StoredEvidence;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Counts launches that CodeDeploy has ended because their deployment failed, and from the second on notifies people
 * once an hour; twice at worst, if the function dies between sending and storing.
 */
public final class LaunchFailures {
    private static final String GROUP_TAG = "aws:autoscaling:groupName";
    private static final String TEMPLATE_TAG = "aws:ec2launchtemplate:id";
    private static final String VERSION_TAG = "aws:ec2launchtemplate:version";

    private final CaseClock clock;
    private final StepStore store;
    private final Deployments deployments;
    private final CaseOpener opener;
    private final Notifier notifier;

    public LaunchFailures(StepStore store, Deployments deployments, CaseOpener opener, Notifier notifier) {
        this.clock = store.clock();
        this.store = store;
        this.deployments = deployments;
        this.opener = opener;
        this.notifier = notifier;
    }

    /** Counts a failed launch, even if its instance is gone: it usually lives for seconds only. */
    void count(InstanceDeployed signal, BatchLookups lookups) {
        Instances.Facts facts = lookups.facts(signal.instance());
        Groups.Place place = lookups.place(signal.instance());
        GroupName group = facts == null ? null : group(facts, place);
        boolean launch = lookups.launching(signal.instance()) || lookups.ofLaunch(signal.deployment());
        if (facts == null || group == null || !launch || opener.unwanted(facts, group, lookups) != null) {
            return;
        }
        deployments
                .failed(signal.deployment(), signal.instance(), clock.now())
                .ifPresent(failed -> count(failed, store.notificationCounts(), group, template(facts, place)));
    }

    private static @Nullable GroupName group(Instances.Facts facts, Groups.@Nullable Place place) {
        String tagged = facts.tags().get(GROUP_TAG);
        return place != null ? place.group() : tagged == null ? null : new GroupName(tagged);
    }

    /**
     * What the instance was launched from. EC2 shows an ended instance's tags for some time, when Auto Scaling no
     * longer knows it.
     */
    private static String template(Instances.Facts facts, Groups.@Nullable Place place) {
        String known = place == null ? null : place.template();
        String id = facts.tags().get(TEMPLATE_TAG);
        return known != null
                ? known
                : id == null
                        ? "an unknown launch template"
                        : id + ":" + facts.tags().get(VERSION_TAG);
    }

    private void count(FailedLaunch failed, NotificationCountStore counts, GroupName group, String template) {
        FailedLaunches stored;
        try {
            stored = ConflictRetry.untilStored(() -> {
                FailedLaunches known = counts.failedLaunches(group, template);
                FailedLaunches next = known.with(failed);
                return next.equals(known) ? known : counts.save(next, clock.now());
            });
        } catch (ConflictException lost) {
            // If another invocation notifies people, a number that is short by one does no harm.
            if (counts.failedLaunches(group, template).with(failed).notifies(failed.instance())) {
                throw lost;
            }
            return;
        }
        if (stored.notifies(failed.instance())) {
            announce(stored, counts);
        }
    }

    private void announce(FailedLaunches failed, NotificationCountStore counts) {
        Instant now = clock.now();
        int replaced = 0;
        int missing = 0;
        int unknown = 0;
        for (FailedLaunch launch : failed.launches()) {
            Evidence evidence = evidence(launch.instance());
            if (evidence != null && record(launch).jdkReplaced(evidence)) {
                replaced++;
            } else if (launch.javaMissing()) {
                missing++;
            } else if (evidence == null) {
                unknown++;
            }
        }
        ObjectNode detail = EventDetail.of(failed, replaced, missing, unknown, now);
        notifier.launchesFailing(now, failed.group(), detail);
        // Other failures may be counted meanwhile.
        ConflictRetry.untilStored(() -> counts.save(
                counts.failedLaunches(failed.group(), failed.template()).notified(now), now));
    }

    private @Nullable Evidence evidence(InstanceId instance) {
        Optional<Case> latest = store.latest(instance);
        return latest.map(StoredEvidence::last).orElse(null);
    }

    private static DeploymentRecord record(FailedLaunch failed) {
        return new DeploymentRecord(null, null, Progress.FAILED, failed.startedAt(), failed.endedAt());
    }
}
