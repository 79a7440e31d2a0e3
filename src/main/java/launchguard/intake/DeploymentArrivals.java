package launchguard.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Deadline;
import launchguard.aws.Deployments;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.store.CaseClock;
import launchguard.store.ConflictRetry;
import launchguard.store.CurrentMessage;
import launchguard.store.StepStore;

/** Opens or updates the cases of instances whose CodeDeploy deployment has ended. */
public final class DeploymentArrivals {
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final Deployments deployments;
    private final LaunchFailures failures;
    private final CaseJoiner joiner;

    public DeploymentArrivals(
            StepStore store, Notifier notifier, Deployments deployments, LaunchFailures failures, CaseJoiner joiner) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.deployments = deployments;
        this.failures = failures;
        this.joiner = joiner;
    }

    /** The end of a deployment on one instance. */
    public SignalResult deployed(Signal.InstanceDeployed deployed, BatchLookups lookups) {
        SignalResult begun = counted(deployed, lookups);
        if (begun.reply() instanceof Reply.One single && single.outcome().caseId() != null) {
            deployments.reported(deployed.deployment(), deployed.instance());
        }
        return begun;
    }

    /**
     * The end of a whole deployment; for a launch deployment the instance's own event has usually reported it already.
     */
    public SignalResult ended(Signal.DeploymentEnded ended, BatchLookups lookups) {
        return CurrentMessage.present() && lookups.ofLaunch(ended.deployment())
                ? launchEnded(ended, lookups)
                : eachInstance(ended, lookups);
    }

    private SignalResult launchEnded(Signal.DeploymentEnded ended, BatchLookups lookups) {
        DeploymentId launch = ended.deployment();
        InstanceId instance = deployments.reportedBy(launch).orElse(null);
        if (instance != null) {
            if (CurrentMessage.redelivered()) {
                store.latest(instance).ifPresent(store::sendAgain);
            }
            return ignored("the instance itself has reported the end of launch deployment " + launch);
        }
        // A redelivered message may be a case's only timer.
        return CurrentMessage.redelivered() || lookups.asksAbout(launch)
                ? eachInstance(ended, lookups)
                : ignored("many launches: where the instance's own report of the end of launch deployment " + launch
                        + " is lost, its launch event or the schedule finds it");
    }

    private SignalResult ignored(String reason) {
        return SignalResult.done(notifier.ignored(clock.now(), Outcome.ignored(null, reason)));
    }

    private SignalResult counted(Signal.InstanceDeployed deployed, BatchLookups lookups) {
        SignalResult begun = joined(deployed, lookups);
        if (deployed.succeeded()) {
            return begun;
        }
        try {
            failures.count(deployed, lookups);
            return begun;
        } catch (AwsFailureException | ConflictException fault) {
            // The case goes on all the same; then the signal comes again.
            return new SignalResult(begun.reply(), begun.toProbe(), fault, begun.early());
        }
    }

    private SignalResult joined(Signal.InstanceDeployed deployed, BatchLookups lookups) {
        return joiner.arrived(
                        new Request(
                                deployed.instance(),
                                deployed.deployment(),
                                deployed.group(),
                                deployed.succeeded(),
                                false,
                                false,
                                "CodeDeploy reports that " + deployed.deployment()
                                        + (deployed.succeeded() ? " succeeded" : " failed")),
                        lookups)
                .result();
    }

    private SignalResult eachInstance(Signal.DeploymentEnded ended, BatchLookups lookups) {
        List<InstanceId> instances = lookups.targets(ended.deployment());
        if (instances.isEmpty()) {
            return ignored("deployment " + ended.deployment()
                    + " went to no EC2 instance: it is of Lambda or ECS, or CodeDeploy no longer knows it");
        }
        lookups.expect(instances);
        List<Outcome> outcomes = new ArrayList<>();
        List<Case> toProbe = new ArrayList<>();
        RuntimeException fault = null;
        for (InstanceId instance : instances) {
            if (!Deadline.allowsMore()) {
                return new SignalResult(new Reply.OfDeployment(outcomes), toProbe, unfinished(ended), Duration.ZERO);
            }
            Request news = Request.event(
                    instance, ended.deployment(), ended.group(), "CodeDeploy reports the end of " + ended.deployment());
            try {
                Arrival arrival = ConflictRetry.untilStored(() -> joiner.arrived(news, lookups));
                outcomes.add(arrival.outcome());
                toProbe.addAll(arrival.toProbe());
            } catch (RuntimeException failed) {
                // The other instances of the deployment are handled all the same; then the signal comes again.
                fault = fault == null ? failed : fault;
            }
        }
        return new SignalResult(new Reply.OfDeployment(outcomes), toProbe, fault, null);
    }

    private static IllegalStateException unfinished(Signal.DeploymentEnded ended) {
        return new IllegalStateException(
                "the invocation ends before all instances of " + ended.deployment() + " were checked; send it again");
    }
}
