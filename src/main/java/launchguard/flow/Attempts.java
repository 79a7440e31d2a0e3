package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import launchguard.aws.CommandAnswer;
import launchguard.aws.GroupDeployments;
import launchguard.aws.ScalingGroup;
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

/** Follows remedies to their end. */
final class Attempts {
    private static final Duration REPLACE_TIMER = Duration.ofMinutes(2);

    /** Auto Scaling ends an instance that was marked within minutes; one that lives on was marked healthy again. */
    private static final Duration REPLACE_PATIENCE = Duration.ofMinutes(20);

    /** An instance that stays unhealthy for so long has a group that can't launch its replacement. */
    private static final Duration SUCCESSOR_PATIENCE = Duration.ofDays(1);

    /** SSM keeps no command waiting longer than delivery and execution together. */
    private static final Duration COMMAND_PATIENCE = Duration.ofHours(2);

    private final Rooms rooms;
    private final Aftermath aftermath;
    private final Halt halt;

    Attempts(Rooms rooms, Aftermath aftermath, Halt halt) {
        this.rooms = rooms;
        this.aftermath = aftermath;
        this.halt = halt;
    }

    Case follow(Case one, Running running) {
        CommandAnswer answer =
                rooms.commands().answer(running.command(), one.id().instance());
        return switch (answer) {
            case CommandAnswer.NotEnded ignored ->
                rooms.now().isAfter(running.sentAt().plus(COMMAND_PATIENCE))
                        ? aftermath.of(
                                one,
                                new Attempt(running.attempt(), running.action(), End.BROKE),
                                "SSM never told its end",
                                null)
                        : waitOn(one);
            case CommandAnswer.Ended end -> {
                RemedyEnd how = RemedyEnd.of(end);
                yield aftermath.of(
                        one, new Attempt(running.attempt(), running.action(), how.end()), how.words(), how.refusal());
            }
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
            case SUCCEEDED ->
                aftermath.of(
                        about,
                        new Attempt(deploying.attempt(), deploying.action(), End.PROVED),
                        "the group's deployment succeeded",
                        null);
            case FAILED ->
                aftermath.of(
                        about,
                        new Attempt(deploying.attempt(), deploying.action(), End.BROKE),
                        "the group's deployment failed",
                        null);
        };
    }

    Case follow(Case one, Replacing replacing) {
        Instant now = rooms.now();
        Optional<ScalingGroup> group = rooms.groups().describe(one.group());
        Member member = group.flatMap(there -> there.members().stream()
                        .filter(candidate ->
                                candidate.instance().equals(one.id().instance()))
                        .findFirst())
                .orElse(null);
        if (member == null || member.ending()) {
            Case done = one.change()
                    .attempted(new Attempt(replacing.attempt(), replacing.action(), End.PROVED))
                    .done();
            return halt.end(done, Status.REPLACED, done.finding());
        }
        if (now.isBefore(replacing.sentAt().plus(REPLACE_PATIENCE))) {
            return again(one, REPLACE_TIMER);
        }
        // A group may launch the replacement first, whose own launch deployment alone may take an hour.
        boolean coming = !member.healthy()
                && group.filter(there -> !Collections.disjoint(there.suspended(), GroupState.REPLACING_PROCESSES))
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
