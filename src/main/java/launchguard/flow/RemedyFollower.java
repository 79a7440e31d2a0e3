package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import launchguard.aws.CommandAnswer;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Instances;
import launchguard.aws.Timers;
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
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;

/** Follows remedies to their end. */
final class RemedyFollower {
    private static final Duration REPLACE_TIMER = Duration.ofMinutes(2);

    /** Auto Scaling ends an instance that was marked within minutes; one that lives on was marked healthy again. */
    private static final Duration REPLACE_PATIENCE = Duration.ofMinutes(20);

    /** An instance that stays unhealthy for so long has a group that can't launch its replacement. */
    private static final Duration SUCCESSOR_PATIENCE = Duration.ofDays(1);

    /** SSM keeps no command waiting longer than delivery and execution together. */
    private static final Duration COMMAND_PATIENCE = Duration.ofHours(2);

    private final Rooms rooms;
    private final RemedyOutcome aftermath;
    private final CaseCloser halt;
    private final Absence absence;

    RemedyFollower(Rooms rooms, RemedyOutcome aftermath, CaseCloser halt) {
        this.rooms = rooms;
        this.aftermath = aftermath;
        this.halt = halt;
        this.absence = new Absence(rooms, halt);
    }

    Case follow(Case one, Running running) {
        CommandAnswer answer =
                rooms.commands().answer(running.command(), one.id().instance());
        return switch (answer) {
            case CommandAnswer.NotEnded ignored ->
                rooms.now().isAfter(running.sentAt().plus(COMMAND_PATIENCE))
                        ? aftermath.of(
                                one, running.attempt(), running.action(), RemedyEnd.unknown("SSM never told its end"))
                        : waitOn(one);
            case CommandAnswer.Ended end -> aftermath.of(one, running.attempt(), running.action(), RemedyEnd.of(end));
        };
    }

    Case follow(Case one, Deploying deploying) {
        GroupDeployments.State state = rooms.groupDeployments().state(deploying.deployment());
        // From now on the instance shows this deployment, also where the event that tells its end is lost.
        Case about = one.change()
                .deployment(deploying.deployment(), one.deploymentGroup())
                .done();
        return switch (state) {
            case UNDER_WAY -> waitOn(one);
            case SUCCEEDED -> ended(about, deploying, "the group's deployment succeeded");
            case FAILED -> ended(about, deploying, "the group's deployment failed");
        };
    }

    /** A deployment that fails may have succeeded on this instance, or have stopped before it came here. */
    private Case ended(Case one, Deploying deploying, String words) {
        Progress here = rooms.deployments()
                .record(deploying.deployment(), one.id().instance(), null)
                .map(DeploymentRecord::progress)
                .orElse(Progress.UNKNOWN);
        return aftermath.of(
                one,
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

    Case follow(Case one, Replacing replacing) {
        Instant now = rooms.now();
        Member member = absence.member(one);
        if (member == null) {
            return left(one, replacing);
        }
        if (member.ending()) {
            return replaced(one, replacing);
        }
        if (now.isBefore(replacing.sentAt().plus(REPLACE_PATIENCE))) {
            return again(one, REPLACE_TIMER);
        }
        // A group may launch the replacement first, whose own launch deployment alone may take an hour.
        boolean coming = !member.healthy()
                && rooms.groups()
                        .describe(one.group())
                        .filter(there -> !Collections.disjoint(there.suspended(), GroupState.REPLACING_PROCESSES))
                        .isEmpty();
        if (coming && now.isBefore(replacing.sentAt().plus(SUCCESSOR_PATIENCE))) {
            return again(one, Timers.LONGEST);
        }
        Case failed = one.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.BROKE))
                .done();
        Finding finding = failed.finding()
                .refused(
                        Refusal.Name.LADDER_EXHAUSTED.name(),
                        "Marked unhealthy "
                                + Duration.between(replacing.sentAt(), now).toMinutes()
                                + " minutes ago, and Auto Scaling still keeps it " + member.lifecycle()
                                + ": look at the group's health checks and suspended processes.");
        return halt.end(failed, Status.ESCALATED, finding);
    }

    /** Auto Scaling's answer has no such member: it has terminated it, has let it go, or has left it out this once. */
    private Case left(Case one, Replacing replacing) {
        Instances.Facts facts = absence.facts(one);
        if (facts != null && !facts.running()) {
            return replaced(one, replacing);
        }
        if (!absence.twice(one)) {
            Instant now = rooms.now();
            Instant timer = now.plus(Absence.AGAIN);
            return rooms.store()
                    .save(absence.remembered(one)
                            .change()
                            .step(replacing, timer)
                            .done());
        }
        return facts == null ? replaced(one, replacing) : halt.gone(one, "has left its group, and runs on");
    }

    private Case replaced(Case one, Replacing replacing) {
        Case done = one.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.PROVED))
                .done();
        return halt.end(done, Status.REPLACED, done.finding());
    }

    private Case waitOn(Case one) {
        return again(one, Timers.LONGEST);
    }

    /** Sets the timer anew if it has rung; an event that came early finds it still set. */
    private Case again(Case one, Duration timer) {
        Instant now = rooms.now();
        if (!rooms.come(one.due())) {
            return one;
        }
        return rooms.store().save(one.change().step(one.step(), now.plus(timer)).done());
    }
}
