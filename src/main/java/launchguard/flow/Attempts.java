package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.CommandAnswer;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Timers;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.guard.Attempt;
import launchguard.guard.Attempt.End;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Ledger;
import launchguard.guard.Refusal;
import org.jspecify.annotations.Nullable;

/** Follows remedies to their end. */
final class Attempts {
    private static final Duration BUSY_TIMER = Duration.ofMinutes(2);
    private static final Duration REPLACE_TIMER = Duration.ofMinutes(2);

    /** Auto Scaling ends an instance that was marked within minutes; one that lives on was marked healthy again. */
    private static final Duration REPLACE_PATIENCE = Duration.ofMinutes(20);

    /** SSM keeps no command waiting longer than delivery and execution together. */
    private static final Duration COMMAND_PATIENCE = Duration.ofHours(2);

    private final Rooms rooms;
    private final Decider decider;
    private final Judge judge;

    Attempts(Rooms rooms, Decider decider, Judge judge) {
        this.rooms = rooms;
        this.decider = decider;
        this.judge = judge;
    }

    Case follow(Case one, Running running) {
        CommandAnswer answer =
                rooms.commands().answer(running.command(), one.id().instance());
        return switch (answer) {
            case CommandAnswer.NotEnded ignored ->
                rooms.now().isAfter(running.sentAt().plus(COMMAND_PATIENCE))
                        ? ended(
                                one,
                                new Attempt(running.attempt(), running.action(), End.BROKE),
                                "SSM never told its end",
                                null)
                        : waitOn(one);
            case CommandAnswer.Ended end -> {
                RemedyEnd how = RemedyEnd.of(end);
                yield ended(
                        one, new Attempt(running.attempt(), running.action(), how.end()), how.words(), how.refusal());
            }
        };
    }

    Case follow(Case one, Deploying deploying) {
        GroupDeployments.State state = rooms.groupDeployments().state(deploying.deployment());
        return switch (state) {
            case UNDER_WAY -> waitOn(one);
            case SUCCEEDED ->
                ended(
                        one,
                        new Attempt(deploying.attempt(), deploying.action(), End.PROVED),
                        "the group's deployment succeeded",
                        null);
            case FAILED ->
                ended(
                        one,
                        new Attempt(deploying.attempt(), deploying.action(), End.BROKE),
                        "the group's deployment failed",
                        null);
        };
    }

    Case follow(Case one, Replacing replacing) {
        Instant now = rooms.now();
        Member member = rooms.groups()
                .describe(one.group())
                .flatMap(group -> group.members().stream()
                        .filter(candidate ->
                                candidate.instance().equals(one.id().instance()))
                        .findFirst())
                .orElse(null);
        if (member == null || member.ending()) {
            Case done = one.change()
                    .attempted(new Attempt(replacing.attempt(), replacing.action(), End.PROVED))
                    .done();
            return decider.end(done, Status.REPLACED, done.finding());
        }
        if (now.isBefore(replacing.sentAt().plus(REPLACE_PATIENCE))) {
            return again(one, REPLACE_TIMER);
        }
        Case failed = one.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.BROKE))
                .done();
        Finding finding = failed.finding()
                .refused(
                        Refusal.Name.LADDER_EXHAUSTED.name(),
                        "Marked unhealthy " + REPLACE_PATIENCE.toMinutes()
                                + " minutes ago, and Auto Scaling still keeps it " + member.lifecycle()
                                + ": look at the group's health checks and suspended processes.");
        return decider.end(failed, Status.ESCALATED, finding);
    }

    /** Stores how a remedy ended, and goes on: prove it, try it later, or take the next rung. */
    Case ended(Case one, Attempt attempt, String words, Refusal.@Nullable Name busy) {
        Instant now = rooms.now();
        Case after = one.change()
                .attempted(attempt)
                .noted(now, Decider.word(attempt.action()) + " ended: " + words)
                .done();
        rooms.teller().step(now, after, Decider.word(attempt.action()) + " ended: " + words);
        return switch (attempt.end()) {
            case PROVED -> probe(after, Duration.ZERO, now);
            case BUSY -> busy(after, words, busy, now);
            case NOT_POSSIBLE, BROKE -> nextRung(after, now);
        };
    }

    /** The application may be down, so the next rung follows at once from the evidence that led to this one. */
    private Case nextRung(Case one, Instant now) {
        String evidence = one.memory().evidence();
        return evidence == null
                ? probe(one, Duration.ZERO, now)
                : decider.decide(one, judge.judge(one, evidence).verdict());
    }

    private Case busy(Case one, String words, Refusal.@Nullable Name refusal, Instant now) {
        if (!now.plus(BUSY_TIMER).isBefore(one.windowEnds())) {
            return decider.end(
                    one, Status.ESCALATED, one.finding().because(one.finding().reason() + " " + words));
        }
        Finding finding =
                refusal == null ? one.finding().because(words) : one.finding().refused(refusal.name(), words);
        Case held = one.change().finding(finding).done();
        if (refusal != null) {
            rooms.teller().refused(now, held);
        }
        return probe(held, BUSY_TIMER, now);
    }

    /** Asks the instance again; the claim on the group's availability ends here. */
    private Case probe(Case one, Duration after, Instant now) {
        Ledger ledger = rooms.store().ledger(one.group()).release(one.id());
        rooms.timers().ring(one.id(), after.plus(Decider.INTENT_TIMER));
        return rooms.store()
                .save(
                        one.change()
                                .step(
                                        new ToProbe(now.plus(after)),
                                        now.plus(after).plus(Decider.INTENT_TIMER))
                                .done(),
                        ledger);
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
        rooms.timers().ring(one.id(), timer);
        return rooms.store().save(one.change().step(one.step(), now.plus(timer)).done());
    }
}
