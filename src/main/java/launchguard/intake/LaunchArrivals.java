package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Deadline;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.ConflictException;
import launchguard.cases.Gate;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.steps.CaseRunner;
import launchguard.steps.Gatekeeper;
import launchguard.store.CaseClock;
import launchguard.store.ConflictRetry;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Opens or updates cases by events of launches and deployments. */
public final class LaunchArrivals {
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final CaseOpener opener;
    private final CaseRunner runner;
    private final InstallationCheck installations;
    private final Gatekeeper gatekeeper;
    private final LaunchFailures failures;

    public LaunchArrivals(
            CaseClock clock,
            StepStore store,
            Notifier notifier,
            CaseOpener opener,
            CaseRunner runner,
            Gatekeeper gatekeeper,
            InstallationCheck installations,
            LaunchFailures failures) {
        this.clock = clock;
        this.store = store;
        this.notifier = notifier;
        this.opener = opener;
        this.runner = runner;
        this.installations = installations;
        this.gatekeeper = gatekeeper;
        this.failures = failures;
    }

    public SignalResult launched(Signal.InstanceLaunched launched, BatchLookups lookups) {
        return one(arrived(Request.event(launched.instance(), null, null, "Auto Scaling reports the launch"), lookups));
    }

    public SignalResult deployed(Signal.InstanceDeployed deployed, BatchLookups lookups) {
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
        return one(arrived(
                new Request(
                        deployed.instance(),
                        deployed.deployment(),
                        deployed.group(),
                        deployed.succeeded(),
                        false,
                        false,
                        "CodeDeploy reports that " + deployed.deployment()
                                + (deployed.succeeded() ? " succeeded" : " failed")),
                lookups));
    }

    /** The instance of a launch that failed is gone; what EC2 says of it ends its case, which else waits for a timer. */
    public SignalResult failed(Signal.LaunchFailed failed, BatchLookups lookups) {
        InstanceId instance = failed.instance();
        Case open = store.latest(instance).filter(one -> !one.ended()).orElse(null);
        if (open == null) {
            return SignalResult.done(notifier.ignored(
                    clock.now(), Outcome.ignored(instance, "the launch failed, and no case is open for it")));
        }
        Instances.Facts facts = lookups.facts(instance);
        boolean gone = facts != null && !facts.running();
        if (store.sendAgain(open) || !gone) {
            return SignalResult.done(Outcome.of(open));
        }
        List<Case> toProbe = new ArrayList<>();
        return one(new Arrival(Outcome.of(runner.gone(open, toProbe)), toProbe));
    }

    public SignalResult deployed(Signal.DeploymentEnded ended, BatchLookups lookups) {
        List<InstanceId> instances = lookups.targets(ended.deployment());
        if (instances.isEmpty()) {
            return SignalResult.done(notifier.ignored(
                    clock.now(),
                    Outcome.ignored(
                            null,
                            "deployment " + ended.deployment()
                                    + " went to no EC2 instance: it is of Lambda or ECS, or CodeDeploy no longer"
                                    + " knows it")));
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
                Arrival arrival = ConflictRetry.untilStored(() -> arrived(news, lookups));
                outcomes.add(arrival.outcome());
                toProbe.addAll(arrival.toProbe());
            } catch (RuntimeException failed) {
                // The other instances of the deployment are looked after all the same; then the signal comes again.
                fault = fault == null ? failed : fault;
            }
        }
        return new SignalResult(new Reply.OfDeployment(outcomes), toProbe, fault, null);
    }

    private static IllegalStateException unfinished(Signal.DeploymentEnded ended) {
        return new IllegalStateException(
                "the invocation ends before all instances of " + ended.deployment() + " were looked at; send it again");
    }

    private static SignalResult one(Arrival arrival) {
        return new SignalResult(new Reply.One(arrival.outcome()), arrival.toProbe());
    }

    private record Arrival(Outcome outcome, List<Case> toProbe) {}

    private Arrival arrived(Request request, BatchLookups lookups) {
        Admission admission = opener.admit(request, lookups);
        return switch (admission) {
            case Admission.NotOurs notOurs ->
                new Arrival(
                        notifier.ignored(clock.now(), Outcome.ignored(request.instance(), notOurs.reason())),
                        List.of());
            case Admission.Opened opened -> new Arrival(Outcome.of(opened.one()), List.of(opened.one()));
            case Admission.Known known -> joined(opener.lifted(known.one()), request, lookups);
        };
    }

    /**
     * An event about an instance that has a case: a newer deployment becomes the one that the case asks about, a late
     * event of one that it was about before changes nothing.
     */
    private Arrival joined(Case before, Request news, BatchLookups lookups) {
        Case stored = inService(before, news, lookups);
        Case known = deployed(stored, news);
        if (known.ended() || news.deployment() == null) {
            return new Arrival(Outcome.of(known), lost(known));
        }
        if (known.step() instanceof Deploying ours && ours.deployment().equals(news.deployment())) {
            List<Case> toProbe = new ArrayList<>();
            return new Arrival(Outcome.of(runner.advance(stored, toProbe)), toProbe);
        }
        boolean newer = !known.about(news.deployment());
        String earlier = newer ? ofAnEarlierBoot(stored, news.deployment()) : null;
        if (earlier != null) {
            return new Arrival(notifier.ignored(clock.now(), Outcome.ignored(news.instance(), earlier)), List.of());
        }
        // What comes to an instance that the gate holds is its launch's own deployment.
        String nothing = newer && !known.held() ? installations.nothing(news, lookups) : null;
        if (nothing != null) {
            return new Arrival(notifier.ignored(clock.now(), Outcome.ignored(news.instance(), nothing)), List.of());
        }
        Case told = known;
        if (newer || (news.deployment().equals(known.deployment()) && known.deploymentGroup() == null)) {
            CaseChange change = known.change()
                    .deployment(news.deployment(), news.deploymentGroup())
                    .noted(clock.now(), news.said());
            told = store.save((news.deployedWell() ? change.deployedWell() : change).done());
        } else if (!known.equals(stored)) {
            told = store.save(known);
        }
        boolean waiting = told.step() instanceof ToProbe && told.finding().verdict() != null;
        return new Arrival(Outcome.of(told), waiting ? List.of(told) : lost(told));
    }

    /**
     * A launch that Auto Scaling reports is in service: where the gate has not answered, its hook's timeout was over. A late
     * report of an earlier launch comes while the instance waits again.
     */
    private Case inService(Case known, Request news, BatchLookups lookups) {
        if (news.deployment() != null || !known.held()) {
            return known;
        }
        Groups.Place place = lookups.place(known.id().instance());
        return place == null || !place.mayWait()
                ? gatekeeper.over(known, Objects.requireNonNull(known.gate()), "in service without the gate's answer")
                : known;
    }

    /** A later wait of an instance follows an earlier boot, whose deployment may be reported late; the first follows none. */
    private @Nullable String ofAnEarlierBoot(Case known, DeploymentId deployment) {
        Gate gate = known.gate();
        return gate != null && gate.open() && known.id().number() > 1
                ? installations.earlier(deployment, gate.heldSince())
                : null;
    }

    /** CodeDeploy's report of its deployment is what the launch gate waits for before the first probe; still to be stored. */
    private Case deployed(Case known, Request news) {
        Gate gate = known.gate();
        if (gate == null || !gate.open() || news.deployment() == null || gate.deploymentEndedAt() != null) {
            return known;
        }
        Set<DeploymentId> reported = new HashSet<>(known.reported());
        reported.add(news.deployment());
        if (!gatekeeper.deployedAll(known.group(), reported)) {
            return known;
        }
        Instant now = clock.now();
        CaseChange change = known.change().gate(gate.deployed(Duration.between(gate.heldSince(), now), now));
        boolean waits = known.step() instanceof ToProbe && known.finding().verdict() == null;
        return (waits ? change.step(new ToProbe(now), now.plus(RecheckQueue.LONGEST)) : change).done();
    }

    /** A case that was opened and never probed: the invocation that opened it died before it sent the probe. */
    private List<Case> lost(Case current) {
        return current.step() instanceof ToProbe next
                        && current.finding().verdict() == null
                        && clock.come(next.notBefore())
                ? List.of(current)
                : List.of();
    }
}
