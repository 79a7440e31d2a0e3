package launchguard.steps;

import java.time.Duration;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Running;
import launchguard.store.CaseClock;

/** Follows a remedy that is a command. */
public final class CommandFollower {
    /** SSM keeps no command waiting longer than delivery and execution together. */
    private static final Duration COMMAND_PATIENCE = Duration.ofHours(2);

    private final CaseClock clock;
    private final Commands commands;
    private final RemedyOutcome outcome;
    private final CaseScheduler scheduler;

    public CommandFollower(CaseClock clock, Commands commands, RemedyOutcome outcome, CaseScheduler scheduler) {
        this.clock = clock;
        this.commands = commands;
        this.outcome = outcome;
        this.scheduler = scheduler;
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
                                RemedyEnd.unknown("SSM never reported its end"))
                        : scheduler.waitOn(current, RecheckQueue.LONGEST);
            case CommandAnswer.Ended end -> outcome.of(current, running.attempt(), running.action(), RemedyEnd.of(end));
        };
    }
}
