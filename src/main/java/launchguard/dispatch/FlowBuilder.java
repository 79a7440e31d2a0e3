package launchguard.dispatch;

import java.time.InstantSource;
import launchguard.aws.Announcements;
import launchguard.aws.Clients;
import launchguard.aws.Commands;
import launchguard.aws.Deployments;
import launchguard.aws.DynamoCaseStore;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.LifecycleActions;
import launchguard.aws.RecheckQueue;
import launchguard.aws.Workers;
import launchguard.intake.BatchLookups;
import launchguard.intake.CaseJoiner;
import launchguard.intake.CaseOpener;
import launchguard.intake.DeploymentArrivals;
import launchguard.intake.GateArrivals;
import launchguard.intake.GateReports;
import launchguard.intake.InstallationCheck;
import launchguard.intake.LaunchArrivals;
import launchguard.intake.LaunchFailures;
import launchguard.intake.LaunchReadQuota;
import launchguard.intake.ManualRequests;
import launchguard.intake.MissedLaunches;
import launchguard.intake.MissedWaits;
import launchguard.intake.OptInLookup;
import launchguard.intake.OverdueCases;
import launchguard.intake.PatchArrivals;
import launchguard.intake.Reconciler;
import launchguard.intake.ScheduleFaults;
import launchguard.intake.Sleeper;
import launchguard.intake.VerdictWait;
import launchguard.notify.Notifier;
import launchguard.report.CaseLog;
import launchguard.report.Metrics;
import launchguard.settings.Settings;
import launchguard.signal.SignalReader;
import launchguard.steps.AbsenceCheck;
import launchguard.steps.CaseCloser;
import launchguard.steps.CaseRunner;
import launchguard.steps.CaseScheduler;
import launchguard.steps.CommandFollower;
import launchguard.steps.CommandRemedySender;
import launchguard.steps.DecisionStep;
import launchguard.steps.DecisionWriter;
import launchguard.steps.DeploymentFollower;
import launchguard.steps.Diagnoser;
import launchguard.steps.GateHooks;
import launchguard.steps.GateInspector;
import launchguard.steps.Gatekeeper;
import launchguard.steps.GroupDecision;
import launchguard.steps.GroupInspector;
import launchguard.steps.GroupRedeployer;
import launchguard.steps.GuardReads;
import launchguard.steps.HeldBackCases;
import launchguard.steps.InstanceLookup;
import launchguard.steps.InstanceReplacer;
import launchguard.steps.IntentRecovery;
import launchguard.steps.IntentWriter;
import launchguard.steps.LaunchMetrics;
import launchguard.steps.PatchReporter;
import launchguard.steps.ProbeFollower;
import launchguard.steps.ProbedCases;
import launchguard.steps.Prober;
import launchguard.steps.RecentGroups;
import launchguard.steps.RefusalNotices;
import launchguard.steps.RemedyFollower;
import launchguard.steps.RemedyOutcome;
import launchguard.steps.RemedyRecorder;
import launchguard.steps.RemedyRunner;
import launchguard.steps.RemedySender;
import launchguard.steps.RepeatedDecision;
import launchguard.steps.ReplacementFollower;
import launchguard.steps.SentRemedies;
import launchguard.steps.ThrottleBackoff;
import launchguard.steps.UnansweredProbe;
import launchguard.steps.VerdictRecorder;
import launchguard.steps.VerdictStep;
import launchguard.store.CaseClock;
import launchguard.store.GroupBudgets;
import launchguard.store.StepStore;

/** Builds the flow of a case from the services that it works with: the one place that knows which step uses which. */
public final class FlowBuilder {
    private final Settings settings;
    private final Workers workers;
    private final CaseClock clock;
    private final RecheckQueue timers;
    private final StepStore store;
    private final Notifier notifier;

    private final Commands commands;
    private final Deployments deployments;
    private final GroupDeployments groupDeployments;
    private final Groups groups;
    private final Instances instances;

    private final GroupBudgets budgets;
    private final GateHooks hooks;
    private final Gatekeeper gatekeeper;
    private final ThrottleBackoff backoff;

    private final RefusalNotices refusals;
    private final CaseScheduler scheduler;
    private final CaseCloser closer;
    private final InstanceLookup lookup;
    private final AbsenceCheck absence;
    private final Diagnoser diagnoser;
    private final GroupInspector inspector;
    private final DecisionStep decisionStep;
    private final UnansweredProbe unanswered;
    private final Prober prober;
    private final CaseRunner runner;

    public FlowBuilder(Settings settings, Clients clients, InstantSource source, CaseLog caseLog, Workers workers) {
        this.settings = settings;
        this.workers = workers;
        clock = new CaseClock(source);
        timers = new RecheckQueue(clients, settings.queueUrl(), SignalReader.RECHECK_SOURCE);
        store = new StepStore(new DynamoCaseStore(clients, settings.table()), timers, clock);
        commands = new Commands(clients, settings.documentPrefix());
        deployments = new Deployments(clients, source);
        groupDeployments = new GroupDeployments(clients);
        groups = new Groups(clients);
        instances = new Instances(clients);
        notifier = new Notifier(
                caseLog,
                new Metrics(caseLog, settings.documentPrefix()),
                new Announcements(clients),
                instances,
                store,
                settings.limits().replacementWindow());
        budgets = new GroupBudgets(settings, store, groups, workers);
        hooks = new GateHooks(settings, clock, new LifecycleActions(clients));
        gatekeeper = new Gatekeeper(
                settings, store, notifier, hooks, new GateInspector(hooks, groups, groupDeployments, notifier));
        backoff = new ThrottleBackoff(store, notifier);

        refusals = new RefusalNotices(clock, notifier);
        scheduler = new CaseScheduler(store, notifier, budgets, refusals);
        closer = new CaseCloser(clock, notifier, gatekeeper, budgets, refusals);
        lookup = new InstanceLookup(groups, instances);
        absence = new AbsenceCheck(clock, notifier, lookup, closer, scheduler);
        diagnoser = new Diagnoser(settings, deployments);
        inspector = new GroupInspector(
                settings, deployments, groupDeployments, groups, new RecentGroups(groups, workers, clock), instances);
        decisionStep = decisionStep();
        unanswered = new UnansweredProbe(settings, lookup, absence, closer, decisionStep);
        prober = new Prober(commands, unanswered, new ProbedCases(store, notifier, workers));
        runner = new CaseRunner(gatekeeper, probeFollower(), remedyRunner(), absence, closer);
    }

    private DecisionStep decisionStep() {
        IntentWriter intents = new IntentWriter(settings, store, scheduler);
        DecisionWriter writer = new DecisionWriter(intents, scheduler, closer, absence, gatekeeper);
        GroupDecision groupDecision =
                new GroupDecision(settings, inspector, new GuardReads(workers, clock), budgets, gatekeeper, writer);
        return new DecisionStep(settings, clock, groupDecision, writer, new PatchReporter(clock, notifier, closer));
    }

    private ProbeFollower probeFollower() {
        VerdictRecorder recorder =
                new VerdictRecorder(clock, notifier, gatekeeper, new LaunchMetrics(settings, notifier));
        VerdictStep verdictStep = new VerdictStep(store, diagnoser, recorder, decisionStep, backoff);
        HeldBackCases heldBack = new HeldBackCases(settings, clock, inspector, budgets, diagnoser, scheduler);
        return new ProbeFollower(store, commands, verdictStep, unanswered, heldBack);
    }

    private RemedyRunner remedyRunner() {
        RepeatedDecision repeatedDecision = new RepeatedDecision(diagnoser, decisionStep, scheduler);
        RemedyOutcome outcome = new RemedyOutcome(clock, notifier, repeatedDecision, closer, scheduler);
        RemedyRecorder recorder = new RemedyRecorder(store, notifier, budgets);
        RemedySender sender = new RemedySender(
                new CommandRemedySender(clock, commands, recorder, outcome),
                new GroupRedeployer(clock, groupDeployments, recorder, outcome),
                new InstanceReplacer(clock, groups, gatekeeper, recorder, outcome));
        RemedyFollower follower = new RemedyFollower(
                new CommandFollower(clock, commands, outcome, scheduler),
                new DeploymentFollower(deployments, groupDeployments, outcome, scheduler),
                new ReplacementFollower(clock, lookup, closer, absence, scheduler));
        SentRemedies sentRemedies = new SentRemedies(commands, groupDeployments, lookup, sender, follower);
        IntentRecovery recovery = new IntentRecovery(store, sentRemedies, repeatedDecision, closer, scheduler);
        return new RemedyRunner(clock, sender, recovery, follower);
    }

    /** The queue of the rechecks. */
    public RecheckQueue timers() {
        return timers;
    }

    /** The handler of all signals; a manual request waits for its verdict with this sleeper. */
    public SignalHandler signalHandler(Sleeper sleeper) {
        InstallationCheck installations = new InstallationCheck(deployments);
        CaseOpener opener = new CaseOpener(
                settings, store, notifier, new OptInLookup(settings, clock, groups, workers), installations);
        GateReports gateReports = new GateReports(clock, gatekeeper, hooks, installations);
        CaseJoiner joiner = new CaseJoiner(store, notifier, opener, runner, gateReports);
        GateArrivals gateArrivals = new GateArrivals(settings, store, notifier, opener, gatekeeper, hooks);
        PatchArrivals patchArrivals = new PatchArrivals(settings, store, notifier, opener);
        Arrivals arrivals = new Arrivals(
                new LaunchArrivals(store, notifier, runner, joiner),
                new DeploymentArrivals(
                        store, notifier, deployments, new LaunchFailures(store, deployments, opener, notifier), joiner),
                gateArrivals,
                patchArrivals);
        VerdictWait verdictWait = new VerdictWait(sleeper, store, runner, prober);
        return new SignalHandler(
                new BatchLookups.Source(deployments, groups, instances, workers, new LaunchReadQuota(clock)),
                new SignalRouter(
                        clock,
                        notifier,
                        arrivals,
                        new CaseSignals(store, commands, runner, backoff, notifier),
                        new ManualRequests(settings, store, groups, notifier, opener, verdictWait),
                        reconciler(opener, gateArrivals, patchArrivals)),
                new BatchProbes(clock, prober, commands, backoff, notifier));
    }

    private Reconciler reconciler(CaseOpener opener, GateArrivals gateArrivals, PatchArrivals patchArrivals) {
        ScheduleFaults faults = new ScheduleFaults(clock, notifier);
        MissedWaits waits = new MissedWaits(store, groups, notifier, gateArrivals, faults);
        return new Reconciler(
                clock,
                notifier,
                new OverdueCases(store, faults),
                new MissedLaunches(settings, groups, opener, patchArrivals, waits, faults));
    }
}
