package launchguard.dispatch;

import java.time.InstantSource;
import launchguard.aws.Commands;
import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.LifecycleActions;
import launchguard.aws.Workers;
import launchguard.intake.BatchLookups;
import launchguard.intake.CaseOpener;
import launchguard.intake.GateArrivals;
import launchguard.intake.InstallationCheck;
import launchguard.intake.LaunchArrivals;
import launchguard.intake.LaunchFailures;
import launchguard.intake.ManualRequests;
import launchguard.intake.OptInLookup;
import launchguard.intake.PatchArrivals;
import launchguard.intake.Reconciler;
import launchguard.intake.Sleeper;
import launchguard.notify.Notifier;
import launchguard.settings.Settings;
import launchguard.steps.AbsenceCheck;
import launchguard.steps.CaseCloser;
import launchguard.steps.CaseRunner;
import launchguard.steps.DecisionStep;
import launchguard.steps.Diagnoser;
import launchguard.steps.Gatekeeper;
import launchguard.steps.GroupInspector;
import launchguard.steps.IntentRecovery;
import launchguard.steps.LaunchMetrics;
import launchguard.steps.PatchReporter;
import launchguard.steps.Prober;
import launchguard.steps.RemedyFollower;
import launchguard.steps.RemedyOutcome;
import launchguard.steps.RemedySender;
import launchguard.steps.ThrottleBackoff;
import launchguard.store.CaseClock;
import launchguard.store.Ledgers;
import launchguard.store.StepStore;

/** Builds the flow of a case from the services that it works with: the one place that knows which step uses which. */
public final class FlowBuilder {
    private FlowBuilder() {}

    /** The handler of all signals. */
    public static SignalHandler signalHandler(
            Settings settings,
            InstantSource source,
            Sleeper sleeper,
            Workers workers,
            StepStore store,
            Commands commands,
            Deployments deployments,
            GroupDeployments groupDeployments,
            Groups groups,
            Instances instances,
            LifecycleActions lifecycle,
            Notifier notifier) {
        CaseClock clock = new CaseClock(source);
        Ledgers ledgers = new Ledgers(settings, store, groups, workers);
        InstallationCheck installations = new InstallationCheck(deployments);
        Gatekeeper gatekeeper = new Gatekeeper(settings, clock, store, groups, lifecycle, groupDeployments, notifier);
        CaseOpener opener = new CaseOpener(
                settings, clock, store, notifier, new OptInLookup(settings, clock, groups, workers), installations);

        CaseCloser closer = new CaseCloser(settings, clock, store, groups, notifier, gatekeeper, ledgers);
        AbsenceCheck absence = new AbsenceCheck(clock, groups, instances, closer);
        Diagnoser diagnoser = new Diagnoser(settings, deployments);
        GroupInspector inspector =
                new GroupInspector(settings, store, deployments, groupDeployments, groups, instances, ledgers);
        DecisionStep decisionStep = new DecisionStep(
                settings,
                clock,
                store,
                notifier,
                closer,
                gatekeeper,
                inspector,
                ledgers,
                absence,
                new PatchReporter(clock, notifier, closer));
        RemedyOutcome outcome = new RemedyOutcome(clock, store, notifier, diagnoser, decisionStep, closer, ledgers);
        RemedySender sender = new RemedySender(
                clock, store, commands, groupDeployments, groups, notifier, outcome, gatekeeper, ledgers);
        RemedyFollower follower = new RemedyFollower(
                clock, store, commands, deployments, groupDeployments, groups, outcome, closer, absence);
        IntentRecovery recovery = new IntentRecovery(
                clock,
                store,
                commands,
                groupDeployments,
                sender,
                follower,
                outcome,
                diagnoser,
                decisionStep,
                closer,
                absence);
        ThrottleBackoff backoff = new ThrottleBackoff(clock, store, notifier);
        CaseRunner runner = new CaseRunner(
                clock,
                store,
                commands,
                notifier,
                diagnoser,
                new LaunchMetrics(settings, notifier),
                closer,
                decisionStep,
                new Prober(clock, store, commands, notifier, decisionStep, workers),
                follower,
                sender,
                recovery,
                gatekeeper,
                backoff);

        PatchArrivals patchArrivals = new PatchArrivals(settings, clock, store, notifier, opener);
        GateArrivals gateArrivals = new GateArrivals(settings, clock, store, lifecycle, notifier, opener, gatekeeper);
        return new SignalHandler(
                clock,
                store,
                commands,
                new BatchLookups.Source(deployments, groups, instances, workers),
                notifier,
                runner,
                backoff,
                new LaunchArrivals(
                        clock,
                        store,
                        notifier,
                        opener,
                        runner,
                        gatekeeper,
                        installations,
                        new LaunchFailures(clock, store, deployments, opener, notifier)),
                new ManualRequests(settings, clock, sleeper, store, groups, notifier, opener, runner),
                gateArrivals,
                patchArrivals,
                new Reconciler(settings, clock, store, groups, notifier, opener, gateArrivals, patchArrivals));
    }
}
