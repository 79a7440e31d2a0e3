package launchguard.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.flow.Intake.Admission;
import launchguard.flow.Intake.Request;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import org.jspecify.annotations.Nullable;

/** What each signal sets going. */
public final class CaseFlow {
    private final Rooms rooms;
    private final Intake intake;
    private final CaseSteps steps;
    private final Manual manual;
    private final Sweep sweep;

    /** Works with these rooms. */
    public CaseFlow(Rooms rooms) {
        this.rooms = rooms;
        this.intake = new Intake(rooms);
        this.steps = new CaseSteps(rooms);
        this.manual = new Manual(rooms, intake, steps);
        this.sweep = new Sweep(rooms, intake);
    }

    /**
     * What a signal set going so far.
     *
     * @param toProbe cases whose probe is still to be sent: those of one batch go in one command
     */
    public record Begun(Reply reply, List<Case> toProbe) {
        /** Copies its list. */
        public Begun {
            toProbe = List.copyOf(toProbe);
        }
    }

    /** Does what the signal asks for, and answers. */
    public Reply handle(Signal signal) {
        Begun begun = begin(signal);
        List<Case> probed = probe(begun.toProbe());
        return switch (begun.reply()) {
            case Reply.One one -> probed.isEmpty() ? one : new Reply.One(Outcome.of(probed.getFirst()));
            case Reply.OfDeployment some -> new Reply.OfDeployment(with(some.outcomes(), probed));
            case Reply.OfGroup ignored -> begun.reply();
            case Reply.Swept ignored -> begun.reply();
        };
    }

    private static List<Outcome> with(List<Outcome> outcomes, List<Case> probed) {
        List<Outcome> newer = new ArrayList<>(outcomes);
        for (Case one : probed) {
            newer.replaceAll(outcome -> one.id().toString().equals(outcome.caseId()) ? Outcome.of(one) : outcome);
        }
        return newer;
    }

    /** Sends the probes of a whole batch. */
    public List<Case> probe(List<Case> cases) {
        return cases.isEmpty() ? List.of() : steps.prober().send(cases);
    }

    /** Does what the signal asks for, but for sending probes. */
    public Begun begin(Signal signal) {
        return switch (signal) {
            case Signal.NotOurs notOurs -> done(Outcome.ignored(null, notOurs.reason()));
            case Signal.InstanceLaunched launched ->
                single(arrived(launched.instance(), null, null, "Auto Scaling reports the launch"));
            case Signal.InstanceDeployed deployed ->
                single(arrived(
                        deployed.instance(),
                        deployed.deployment(),
                        deployed.group(),
                        "CodeDeploy reports that " + deployed.deployment()
                                + (deployed.succeeded() ? " succeeded" : " failed")));
            case Signal.DeploymentEnded ended -> fanOut(ended);
            case Signal.CommandEnded ended -> done(commandEnded(ended));
            case Signal.Recheck recheck -> done(rang(recheck));
            case Signal.InstanceAsked asked -> new Begun(new Reply.One(logged(manual.ask(asked))), List.of());
            case Signal.GroupAsked asked -> new Begun(new Reply.OfGroup(manual.ask(asked)), List.of());
            case Signal.ScheduleTick ignored -> swept();
        };
    }

    private Begun swept() {
        Sweep.Found found = sweep.look();
        return new Begun(new Reply.Swept(found.rearmed(), found.opened().size()), found.opened());
    }

    private Begun done(Outcome outcome) {
        return new Begun(new Reply.One(logged(outcome)), List.of());
    }

    private Outcome logged(Outcome outcome) {
        if (outcome.caseId() == null) {
            rooms.teller()
                    .journal()
                    .ignored(
                            rooms.now(),
                            outcome.instance(),
                            String.valueOf(outcome.finding().reason()));
        }
        return outcome;
    }

    private Begun single(Arrival arrival) {
        return new Begun(new Reply.One(logged(arrival.outcome())), arrival.toProbe());
    }

    private record Arrival(Outcome outcome, List<Case> toProbe) {}

    private Begun fanOut(Signal.DeploymentEnded ended) {
        List<InstanceId> instances = rooms.deployments().instances(ended.deployment());
        if (instances.isEmpty()) {
            return done(Outcome.ignored(
                    null,
                    "deployment " + ended.deployment()
                            + " went to no EC2 instance: it is of Lambda or ECS, or CodeDeploy no longer knows it"));
        }
        List<Outcome> outcomes = new ArrayList<>();
        List<Case> toProbe = new ArrayList<>();
        for (InstanceId instance : instances) {
            Arrival arrival = arrived(
                    instance, ended.deployment(), ended.group(), "CodeDeploy reports the end of " + ended.deployment());
            outcomes.add(logged(arrival.outcome()));
            toProbe.addAll(arrival.toProbe());
        }
        return new Begun(new Reply.OfDeployment(outcomes), toProbe);
    }

    private Arrival arrived(
            InstanceId instance, @Nullable DeploymentId deployment, @Nullable DeploymentGroup group, String said) {
        Admission admission = intake.admit(new Request(instance, deployment, group, false, false, said));
        return switch (admission) {
            case Admission.NotOurs notOurs -> new Arrival(Outcome.ignored(instance, notOurs.reason()), List.of());
            case Admission.Opened opened -> new Arrival(Outcome.of(opened.one()), List.of(opened.one()));
            case Admission.Known known -> joined(known.one(), deployment, group, said);
        };
    }

    /** News about an instance that has a case: a newer deployment becomes the one that the case asks about. */
    private Arrival joined(
            Case known, @Nullable DeploymentId deployment, @Nullable DeploymentGroup group, String said) {
        if (known.ended() || deployment == null) {
            return new Arrival(Outcome.of(known), lost(known));
        }
        if (known.step() instanceof Deploying ours && ours.deployment().equals(deployment)) {
            return new Arrival(Outcome.of(steps.advance(known)), List.of());
        }
        Case newer = known;
        if (!deployment.equals(known.deployment()) || known.deploymentGroup() == null) {
            newer = rooms.store()
                    .save(known.change()
                            .deployment(deployment, group)
                            .noted(rooms.now(), said)
                            .done());
        }
        boolean waiting = newer.step() instanceof ToProbe && newer.finding().verdict() != null;
        return new Arrival(Outcome.of(newer), waiting ? List.of(newer) : lost(newer));
    }

    /** A case that was opened and never probed: whoever opened it died in between. */
    private List<Case> lost(Case one) {
        return one.step() instanceof ToProbe next && one.finding().verdict() == null && rooms.come(next.notBefore())
                ? List.of(one)
                : List.of();
    }

    private Outcome commandEnded(Signal.CommandEnded ended) {
        if (!rooms.commands().ours(ended.document())) {
            return Outcome.ignored(ended.instance(), "the document " + ended.document() + " is not ours");
        }
        Optional<Case> latest = rooms.store().latest(ended.instance());
        if (latest.isEmpty() || latest.get().ended()) {
            return latest.map(Outcome::of)
                    .orElseGet(() -> Outcome.ignored(ended.instance(), "no case waits for this command"));
        }
        Case one = latest.get();
        CaseStep step = one.step();
        boolean awaited = (step instanceof Probing probing && probing.command().equals(ended.command()))
                || (step instanceof Running running && running.command().equals(ended.command()));
        if (awaited) {
            return Outcome.of(steps.advance(one));
        }
        boolean early = step instanceof ToProbe && rooms.commands().probe(ended.document());
        return Outcome.of(early ? steps.heard(one, ended.command()) : one);
    }

    private Outcome rang(Signal.Recheck recheck) {
        Optional<Case> known = rooms.store().find(recheck.caseId());
        if (known.isEmpty()) {
            return Outcome.ignored(
                    recheck.caseId().instance(), "there is no case " + recheck.caseId() + ": it was never opened");
        }
        Case one = known.get();
        // A timer that rings too early has a later sibling: it was set before the case was stored.
        return Outcome.of(one.ended() || !rooms.come(one.due()) ? one : steps.advance(one));
    }
}
