package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.GroupDeployments;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Running;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.guard.GroupState.Member;

/** Finds in AWS what was sent for an intent already, and follows it. */
public final class SentRemedies {
    private static final Duration CLOCKS_APART = Duration.ofMinutes(15);

    private final Commands commands;
    private final GroupDeployments groupDeployments;
    private final InstanceLookup lookup;
    private final RemedySender sender;
    private final RemedyFollower follower;

    public SentRemedies(
            Commands commands,
            GroupDeployments groupDeployments,
            InstanceLookup lookup,
            RemedySender sender,
            RemedyFollower follower) {
        this.commands = commands;
        this.groupDeployments = groupDeployments;
        this.lookup = lookup;
        this.sender = sender;
        this.follower = follower;
    }

    Optional<Case> found(Case current, Intended intended) {
        Instant since = intended.at().minus(CLOCKS_APART);
        String marker = intended.marker(current.id());
        return switch (intended.action()) {
            case Restart ignored -> command(current, intended, Document.RESTART, marker, since);
            case Redeploy ignored -> command(current, intended, Document.REDEPLOY, marker, since);
            case RedeployGroup deploy ->
                groupDeployments
                        .created(deploy.group(), marker, since)
                        .map(deployment -> followed(sender.deploying(current, intended, deploy, deployment)));
            case Replace ignored ->
                marked(current) ? Optional.of(sender.replacing(current, intended)) : Optional.empty();
        };
    }

    /** Whether the instance was marked: a call whose answer was lost may have taken effect. */
    private boolean marked(Case current) {
        Member member = lookup.member(current);
        return member == null || member.ending() || !member.healthy();
    }

    private Optional<Case> command(Case current, Intended intended, Document document, String marker, Instant since) {
        return commands.sent(document, marker, since)
                .map(command -> followed(sender.running(current, intended, command)));
    }

    /** Follows the command at once: its completion event may have come before its id was stored. */
    private Case followed(Case current) {
        return switch (current.step()) {
            case Running running -> follower.follow(current, running);
            case Deploying deploying -> follower.follow(current, deploying);
            default -> current;
        };
    }
}
