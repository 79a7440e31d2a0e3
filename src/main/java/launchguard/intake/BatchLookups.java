package launchguard.intake;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import launchguard.aws.AwsFailureException;
import launchguard.aws.BusyException;
import launchguard.aws.Deployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.Workers;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.signal.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the instances of a batch in EC2, Auto Scaling and CodeDeploy. The first look-up of a kind is made for all of
 * them, so the launches of a batch share calls.
 */
public final class BatchLookups {
    private final Source source;
    private final Set<InstanceId> expected;
    private final Set<DeploymentId> ended;
    private final Set<InstanceId> described = ConcurrentHashMap.newKeySet();
    private final Set<InstanceId> placed = ConcurrentHashMap.newKeySet();
    private final Map<InstanceId, Instances.Facts> facts = new ConcurrentHashMap<>();
    private final Map<InstanceId, Groups.Place> places = new ConcurrentHashMap<>();
    private final Set<DeploymentId> deployments;
    private final Set<DeploymentId> asked = new HashSet<>();
    private final boolean lowPriority;
    private volatile @Nullable Set<DeploymentId> ofLaunches;
    private volatile boolean throttled;
    private volatile @Nullable AwsFailureException failed;

    /**
     * The services to ask, and the workers.
     *
     * @param launchReads for how many launch deployments CodeDeploy is asked for the instance
     */
    public record Source(
            Deployments deployments, Groups groups, Instances instances, Workers workers, LaunchReadQuota launchReads) {
        public BatchLookups forBatch(Collection<Signal> signals, boolean lowPriority) {
            return BatchLookups.of(this, signals, lowPriority);
        }
    }

    private BatchLookups(
            Source source,
            Collection<InstanceId> expected,
            Collection<DeploymentId> ended,
            Collection<DeploymentId> deployments,
            boolean lowPriority) {
        this.source = source;
        this.lowPriority = lowPriority;
        this.expected = Collections.synchronizedSet(new LinkedHashSet<>(expected));
        this.ended = new LinkedHashSet<>(ended);
        this.deployments = new LinkedHashSet<>(deployments);
        this.deployments.removeIf(DeploymentId::local);
    }

    /**
     * Look-ups for the instances that these signals are about; at low priority no read is made while CodeDeploy
     * throttles.
     */
    private static BatchLookups of(Source source, Collection<Signal> signals, boolean lowPriority) {
        Set<InstanceId> named = new LinkedHashSet<>();
        Set<DeploymentId> ended = new LinkedHashSet<>();
        Set<DeploymentId> deployments = new LinkedHashSet<>();
        for (Signal signal : signals) {
            switch (signal) {
                case Signal.InstanceLaunched launched -> named.add(launched.instance());
                case Signal.LaunchFailed failed -> named.add(failed.instance());
                case Signal.InstanceHeld held -> named.add(held.instance());
                case Signal.InstanceDeployed deployed -> {
                    named.add(deployed.instance());
                    deployments.add(deployed.deployment());
                }
                case Signal.InstanceAsked asked -> named.add(asked.instance());
                case Signal.Patched patched -> named.add(patched.instance());
                case Signal.DeploymentEnded end -> {
                    ended.add(end.deployment());
                    deployments.add(end.deployment());
                }
                case Signal.CommandEnded ignored -> {}
                case Signal.Recheck ignored -> {}
                case Signal.GroupAsked ignored -> {}
                case Signal.ScheduleTick ignored -> {}
                case Signal.NotOurs ignored -> {}
            }
        }
        return new BatchLookups(source, named, ended, deployments, lowPriority);
    }

    /** These instances will be looked up, too. */
    BatchLookups expect(Collection<InstanceId> instances) {
        expected.addAll(instances);
        return this;
    }

    /**
     * Whether the deployment was begun for one launched instance; false where CodeDeploy does not say. Asked for all
     * deployments of the batch together.
     *
     * @throws BusyException where CodeDeploy throttles, only at low priority
     */
    boolean ofLaunch(DeploymentId deployment) {
        Set<DeploymentId> known = ofLaunches;
        if (known == null) {
            known = source.workers().alone(this, () -> askedOnce(deployment));
        }
        if (throttled && lowPriority) {
            throw new BusyException(deployment);
        }
        return known.contains(deployment);
    }

    private Set<DeploymentId> askedOnce(DeploymentId deployment) {
        Set<DeploymentId> known = ofLaunches;
        if (known == null) {
            deployments.add(deployment);
            known = ofLaunches();
            ofLaunches = known;
        }
        return known;
    }

    private Set<DeploymentId> ofLaunches() {
        try {
            return source.deployments().ofLaunches(deployments);
        } catch (AwsFailureException fault) {
            throttled = fault.throttled();
            return Set.of();
        }
    }

    /**
     * Whether CodeDeploy is asked which instance this launch deployment went to; not if there were many within a
     * minute.
     */
    boolean asksAbout(DeploymentId launch) {
        return source.workers()
                .alone(
                        this,
                        () -> asked.contains(launch) || (source.launchReads().take() && asked.add(launch)));
    }

    /** The instances of a deployment that has ended. */
    List<InstanceId> targets(DeploymentId deployment) {
        return source.deployments().instances(deployment, lowPriority);
    }

    /** What EC2 knows of the instance; null when it knows nothing. */
    Instances.@Nullable Facts facts(InstanceId instance) {
        askOnce(described, instance, () -> {
            expected.add(instance);
            expectTargets();
            Set<InstanceId> missing = without(described);
            once(() -> facts.putAll(source.instances().describe(missing)));
            return missing;
        });
        return facts.get(instance);
    }

    /** The first worker asks for all instances; those that work at the same time wait for its answer. */
    private void askOnce(Set<InstanceId> answered, InstanceId instance, Supplier<Set<InstanceId>> question) {
        if (!answered.contains(instance)) {
            source.workers().alone(this, () -> answered.contains(instance) || answered.addAll(question.get()));
        }
    }

    /** The group of an instance that runs; null when it is in none, or in a warm pool. */
    @Nullable
    GroupName group(InstanceId instance) {
        Groups.Place place = place(instance);
        return place == null || place.warmed() ? null : place.group();
    }

    /** Where an instance that runs is, in a group or its warm pool; null when it is in neither. */
    Groups.@Nullable Place place(InstanceId instance) {
        askOnce(placed, instance, () -> {
            Set<InstanceId> missing = without(placed);
            missing.removeIf(other -> !runs(other));
            missing.add(instance);
            once(() -> places.putAll(source.groups().of(missing)));
            return missing;
        });
        return places.get(instance);
    }

    /** Whether Auto Scaling has not put the instance in service yet; asks nothing more than {@link #group}. */
    boolean launching(InstanceId instance) {
        Groups.Place place = places.get(instance);
        return place != null && place.launching();
    }

    /** The groups that are known so far. */
    Set<GroupName> groups() {
        return places.values().stream().map(Groups.Place::group).collect(Collectors.toUnmodifiableSet());
    }

    private boolean runs(InstanceId instance) {
        Instances.Facts known = facts.get(instance);
        return known != null && known.running();
    }

    private Set<InstanceId> without(Set<InstanceId> done) {
        Set<InstanceId> missing = new LinkedHashSet<>();
        synchronized (expected) {
            missing.addAll(expected);
        }
        missing.removeAll(done);
        return missing;
    }

    private void expectTargets() {
        ended.forEach(deployment -> expected.addAll(expected(deployment)));
        ended.clear();
    }

    /** The instances of a deployment; if CodeDeploy does not answer, only the signal about that deployment fails. */
    private List<InstanceId> expected(DeploymentId deployment) {
        try {
            boolean known = source.deployments().reportedBy(deployment).isPresent();
            return ofLaunch(deployment) && (known || !asksAbout(deployment)) ? List.of() : targets(deployment);
        } catch (AwsFailureException | BusyException theirs) {
            return List.of();
        }
    }

    /** Makes the call once: a service that has failed all tries is not called again for each of the other instances. */
    private void once(Runnable call) {
        if (failed != null) {
            throw failed;
        }
        try {
            call.run();
        } catch (AwsFailureException fault) {
            failed = fault;
            throw fault;
        }
    }
}
