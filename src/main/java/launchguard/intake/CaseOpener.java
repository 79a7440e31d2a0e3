package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.ConflictException;
import launchguard.cases.Gate;
import launchguard.model.CaseId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.settings.Settings;
import launchguard.steps.Gatekeeper;
import launchguard.store.CaseClock;
import launchguard.store.GroupBudgets;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Decides whether an instance is ours, and opens its case. */
public final class CaseOpener {
    /** Auto Scaling puts an instance in service within seconds of the last hook's answer, and reports that soon. */
    private static final Duration REPORTED_WITHIN = Duration.ofMinutes(2);

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final OptInLookup optIns;
    private final InstallationCheck installations;

    public CaseOpener(
            Settings settings,
            StepStore store,
            Notifier notifier,
            OptInLookup optIns,
            InstallationCheck installations) {
        this.settings = settings;
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.optIns = optIns;
        this.installations = installations;
    }

    Admission admit(Request request, BatchLookups lookups) {
        Optional<Case> latest = store.latest(request.instance());
        Optional<Case> own = latest.flatMap(newest -> own(newest, request));
        if (own.isPresent() && answers(own.get(), request)) {
            return known(own.get());
        }
        Instances.Facts facts = lookups.facts(request.instance());
        if (facts == null || !facts.running()) {
            return new Admission.NotOurs(
                    facts == null ? "EC2 does not know this instance" : "the instance is not running");
        }
        String unwanted = notOurs(request, facts);
        if (unwanted != null) {
            return new Admission.NotOurs(unwanted);
        }
        GroupName group = lookups.group(request.instance());
        if (group == null) {
            return new Admission.NotOurs("the instance is in no Auto Scaling group, or in a warm pool");
        }
        String reason = notOurs(request, group, lookups);
        if (reason == null && !lookups.launching(request.instance())) {
            reason = installations.nothing(request, lookups);
        }
        return reason != null ? new Admission.NotOurs(reason) : open(request, facts.launchedAt(), group, latest, own);
    }

    /**
     * The case that answers an event: not a diagnosis that has ended, since it never acts, but the launch's own case
     * before it. People get the newest case. A case opened after patching is never the answer: it only reports.
     */
    private Optional<Case> own(Case newest, Request request) {
        Case own = newest;
        while (own.afterPatch() != null || (!request.manual() && own.ended() && own.observeOnly())) {
            CaseId id = own.id();
            Optional<Case> before = id.number() == 1
                    ? Optional.empty()
                    : store.find(new CaseId(id.instance(), id.launchedAt(), id.number() - 1));
            if (before.isEmpty()) {
                return Optional.empty();
            }
            own = before.get();
        }
        return Optional.of(own);
    }

    /** An event about the launch allows remedies, which a person's diagnosis does not. */
    Case lifted(Case open) {
        return open.ended() || !open.observeOnly()
                ? open
                : store.save(open.change()
                        .mayAct()
                        .noted(clock.now(), "may act now: an event reported the launch")
                        .done());
    }

    /**
     * An open case answers every request; a closed one answers only the same deployment again, which no other launch
     * can have.
     */
    private boolean answers(Case latest, Request request) {
        if (!latest.ended()) {
            return true;
        }
        return !request.manual()
                && (request.deployment() == null ? releasedBefore(latest) : latest.about(request.deployment()));
    }

    /**
     * Whether the launch report follows the gate's release: Auto Scaling reports a gated launch after the gate has let
     * it go on, when a proved launch's case has ended.
     */
    private boolean releasedBefore(Case latest) {
        Gate gate = latest.gate();
        Instant answered = gate == null ? null : gate.answeredAt();
        return answered != null && clock.now().isBefore(answered.plus(REPORTED_WITHIN));
    }

    /** The instance's own facts come first: most of an account's deployments are to other or old instances. */
    private @Nullable String notOurs(Request request, Instances.Facts facts) {
        if (!settings.optInValue().equals(facts.tags().get(Settings.OPT_IN_KEY))) {
            return "the instance does not carry " + optIns.lacking(facts.tags());
        }
        Duration age = Duration.between(facts.launchedAt(), clock.now());
        if (!request.manual() && age.compareTo(settings.launchWindow()) > 0) {
            return "launched " + age.truncatedTo(ChronoUnit.SECONDS) + " ago, outside the launch window of "
                    + settings.launchWindow();
        }
        return null;
    }

    private @Nullable String notOurs(Request request, GroupName group, BatchLookups lookups) {
        String reason = notOurs(group, lookups);
        return reason == null && echo(request, group) ? "the echo of our own deployment to the whole group" : reason;
    }

    private @Nullable String notOurs(GroupName group, BatchLookups lookups) {
        if (!settings.selects(group)) {
            return "the group " + group
                    + " is not among the groups to check (LAUNCH_GUARD_GROUPS, parameter AutoScalingGroupNames)";
        }
        return optIns.missing(group, lookups.groups());
    }

    /** Whether the group's own tag lowers it to mode observe; only for a group that has opted in. */
    boolean observed(GroupName group) {
        return optIns.observed(group);
    }

    /** Why the request's deployment changed nothing on the instance; null when it did, or when CodeDeploy throttles. */
    @Nullable
    String nothingInstalled(Request request, BatchLookups lookups) {
        return installations.nothing(request, lookups);
    }

    /** Whether the deployment is one that a case of this group, or of another of its deployment group, began. */
    private boolean echo(Request request, GroupName group) {
        DeploymentId deployment = request.deployment();
        if (deployment == null || !settings.limits().wholeGroup()) {
            return false;
        }
        DeploymentGroup deploymentGroup = request.deploymentGroup();
        return Stream.of(group, deploymentGroup == null ? group : GroupBudgets.name(deploymentGroup))
                .distinct()
                .flatMap(name -> store.budget(name).deployments().stream())
                .anyMatch(done -> deployment.equals(done.deployment()));
    }

    /** Why a held instance is not ours; null when it is. Its age does not count: its window begins when it is let go on. */
    @Nullable
    String unwanted(Instances.Facts facts, GroupName group, BatchLookups lookups) {
        if (!settings.optInValue().equals(facts.tags().get(Settings.OPT_IN_KEY))) {
            return "the instance does not carry " + optIns.lacking(facts.tags());
        }
        return notOurs(group, lookups);
    }

    /** Opens the case of a launch whose events were lost; null where there is one, or none is opened. */
    @Nullable
    Case missed(InstanceId instance, Instances.Facts facts, BatchLookups lookups) {
        if (known(instance, facts.launchedAt())) {
            return null;
        }
        Request request = Request.event(instance, null, null, "found by the schedule: no event reported it");
        return switch (admit(request, lookups)) {
            case Admission.Opened found -> found.current();
            case Admission.Known diagnosis -> {
                lifted(diagnosis.current());
                yield null;
            }
            case Admission.NotOurs ignored -> null;
        };
    }

    /** A diagnosis that a person asked for is not the launch's own case. */
    private boolean known(InstanceId instance, Instant launchedAt) {
        return store.latest(instance)
                .filter(latest -> latest.id().launchedAt().getEpochSecond() == launchedAt.getEpochSecond())
                .filter(latest -> !latest.observeOnly())
                .isPresent();
    }

    /** Opens a case for an instance that waits at the launch gate, or waited there; a wait is a new case. */
    Case openHeld(InstanceId instance, Instances.Facts facts, GroupName group, Gate gate, String said) {
        Optional<Case> latest = store.latest(instance);
        Instant launchedAt = facts.launchedAt();
        CaseId first = new CaseId(instance, launchedAt, 1);
        boolean again = latest.isPresent() && latest.get().id().launchedAt().equals(first.launchedAt());
        Instant now = clock.now();
        Instant probe = gate.open() ? Gatekeeper.firstProbe(gate) : now;
        Instant from = gate.open() ? gate.due() : now.plus(RecheckQueue.LONGEST);
        Case opened = store.open(Case.opened(
                        again ? latest.get().id().next() : first,
                        group,
                        now,
                        now.plus(settings.launchWindow()),
                        probe,
                        probe.isBefore(from) && gate.open() ? probe : from)
                .change()
                .gate(gate)
                .noted(launchedAt, "EC2 launched the instance")
                .noted(now, said)
                .done());
        notifier.opened(now, opened);
        return opened;
    }

    private Admission open(
            Request request, Instant launchedAt, GroupName group, Optional<Case> latest, Optional<Case> own) {
        CaseId first = new CaseId(request.instance(), launchedAt, 1);
        CaseId id = first;
        if (latest.isPresent() && latest.get().id().launchedAt().equals(first.launchedAt())) {
            if (request.deployment() == null && !request.manual() && own.isPresent()) {
                return known(own.get());
            }
            id = latest.get().id().next();
        }
        Instant now = clock.now();
        CaseChange current = Case.opened(
                        id,
                        group,
                        now,
                        (request.manual() ? now : launchedAt).plus(settings.launchWindow()),
                        now,
                        now.plus(RecheckQueue.LONGEST))
                .change()
                .deployment(request.deployment(), request.deploymentGroup())
                .noted(launchedAt, "EC2 launched the instance")
                .noted(now, request.said());
        if (request.deployedWell()) {
            current.deployedWell();
        }
        if (request.observeOnly()) {
            current.observeOnly();
        }
        try {
            Case opened = store.open(current.done());
            notifier.opened(now, opened);
            return new Admission.Opened(opened);
        } catch (ConflictException other) {
            return known(store.latest(request.instance()).orElseThrow(() -> other));
        }
    }

    private Admission known(Case current) {
        store.sendAgain(current);
        return new Admission.Known(current);
    }
}
