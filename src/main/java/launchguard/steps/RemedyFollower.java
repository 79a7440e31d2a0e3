package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.guard.Attempt;
import launchguard.guard.Attempt.End;
import launchguard.guard.GroupState;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Refusal;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;

/** Follows remedies to their end. */
public final class RemedyFollower {
    private static final Duration REPLACE_TIMER = Duration.ofMinutes(2);

    /** Auto Scaling ends an instance that was marked within minutes; one that lives on was marked healthy again. */
    private static final Duration REPLACE_PATIENCE = Duration.ofMinutes(20);

    /** An instance that stays unhealthy for so long has a group that can't launch its replacement. */
    private static final Duration SUCCESSOR_PATIENCE = Duration.ofDays(1);

    /** SSM keeps no command waiting longer than delivery and execution together. */
    private static final Duration COMMAND_PATIENCE = Duration.ofHours(2);

    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final Deployments deployments;
    private final GroupDeployments groupDeployments;
    private final Groups groups;
    private final RemedyOutcome outcome;
    private final CaseCloser closer;
    private final AbsenceCheck absence;

    public RemedyFollower(
            CaseClock clock,
            StepStore store,
            Commands commands,
            Deployments deployments,
            GroupDeployments groupDeployments,
            Groups groups,
            RemedyOutcome outcome,
            CaseCloser closer,
            AbsenceCheck absence) {
        this.clock = clock;
        this.store = store;
        this.commands = commands;
        this.deployments = deployments;
        this.groupDeployments = groupDeployments;
        this.groups = groups;
        this.outcome = outcome;
        this.closer = closer;
        this.absence = absence;
    }

    Case follow(Case current, Running running) {
        CommandAnswer answer = commands.answer(running.command(), current.id().instance());
        return switch (answer) {
            case CommandAnswer.NotEnded ignored ->
                clock.now().isAfter(running.sentAt().plus(COMMAND_PATIENCE))
                        ? outcome.of(
                                current,
                                running.attempt(),
                                running.action(),
                                RemedyEnd.unknown("SSM never told its end"))
                        : waitOn(current);
            case CommandAnswer.Ended end -> outcome.of(current, running.attempt(), running.action(), RemedyEnd.of(end));
        };
    }

    Case follow(Case current, Deploying deploying) {
        GroupDeployments.State state = groupDeployments.state(deploying.deployment());
        // From now on the instance shows this deployment, also where the event of its end is lost.
        Case about = current.change()
                .deployment(deploying.deployment(), current.deploymentGroup())
                .done();
        return switch (state) {
            case UNDER_WAY -> waitOn(current);
            case SUCCEEDED -> ended(about, deploying, "the group's deployment succeeded");
            case FAILED -> ended(about, deploying, "the group's deployment failed");
        };
    }

    /** A deployment that fails may have succeeded on this instance, or have stopped before it came here. */
    private Case ended(Case current, Deploying deploying, String words) {
        Progress here = deployments
                .record(deploying.deployment(), current.id().instance(), null)
                .map(DeploymentRecord::progress)
                .orElse(Progress.UNKNOWN);
        return outcome.of(
                current,
                deploying.attempt(),
                deploying.action(),
                switch (here) {
                    case SUCCEEDED -> RemedyEnd.proved(words);
                    case FAILED -> RemedyEnd.broke(words + ", on this instance it failed");
                    case RUNNING -> RemedyEnd.unknown(words + ", on this instance it was cut off");
                    case UNKNOWN ->
                        RemedyEnd.touchedNothing(End.OUTDATED, words + ", and it never came to this instance", null);
                });
    }

    Case follow(Case current, Replacing replacing) {
        Instant now = clock.now();
        Member member = absence.member(current);
        if (member == null) {
            return left(current, replacing);
        }
        if (member.ending()) {
            return replaced(current, replacing);
        }
        if (now.isBefore(replacing.sentAt().plus(REPLACE_PATIENCE))) {
            return again(current, REPLACE_TIMER);
        }
        // A group may launch the replacement first, whose own launch deployment alone may take an hour.
        boolean coming = !member.healthy()
                && groups.describe(current.group())
                        .filter(there -> !Collections.disjoint(there.suspended(), GroupState.REPLACING_PROCESSES))
                        .isEmpty();
        if (coming && now.isBefore(replacing.sentAt().plus(SUCCESSOR_PATIENCE))) {
            return again(current, RecheckQueue.LONGEST);
        }
        Case failed = current.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.BROKE))
                .done();
        Finding finding = failed.finding()
                .refused(
                        Refusal.Name.LADDER_EXHAUSTED.name(),
                        "Marked unhealthy "
                                + Duration.between(replacing.sentAt(), now).toMinutes()
                                + " minutes ago, and Auto Scaling still keeps it " + member.lifecycle()
                                + ": look at the group's health checks and suspended processes.");
        return closer.end(failed, Status.ESCALATED, finding);
    }

    /** Auto Scaling's answer has no such member: it has terminated it, has let it go, or has left it out this once. */
    private Case left(Case current, Replacing replacing) {
        Instances.Facts facts = absence.facts(current);
        if (facts != null && !facts.running()) {
            return replaced(current, replacing);
        }
        if (!absence.twice(current)) {
            Instant now = clock.now();
            Instant timer = now.plus(AbsenceCheck.AGAIN);
            return store.save(
                    absence.remembered(current).change().step(replacing, timer).done());
        }
        return facts == null ? replaced(current, replacing) : closer.gone(current, "has left its group, and runs on");
    }

    private Case replaced(Case current, Replacing replacing) {
        Case done = current.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.PROVED))
                .done();
        return closer.end(done, Status.REPLACED, done.finding());
    }

    private Case waitOn(Case current) {
        return again(current, RecheckQueue.LONGEST);
    }

    /** Sets the timer again if its recheck has arrived; an early event finds it still set. */
    private Case again(Case current, Duration timer) {
        Instant now = clock.now();
        if (!clock.come(current.due())) {
            return current;
        }
        return store.save(current.change().step(current.step(), now.plus(timer)).done());
    }
}
