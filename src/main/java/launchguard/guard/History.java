package launchguard.guard;

import java.time.Instant;
import java.util.List;
import launchguard.model.DeploymentGroup;

/**
 * What a case has seen so far.
 *
 * @param asked how often in a row the instance was probed again without a decision
 * @param windowEnds when the case stops asking
 * @param observeOnly whether no action was asked for
 */
public record History(List<Attempt> attempts, int asked, Instant windowEnds, boolean observeOnly) {
    /** Copies its list. */
    public History {
        attempts = List.copyOf(attempts);
    }

    /** Whether a remedy has ended that did something. */
    public boolean remedied() {
        return attempts.stream()
                .anyMatch(attempt -> attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE);
    }

    /** Whether an attempt may have left the application down. */
    boolean broke() {
        return attempts.stream().anyMatch(attempt -> attempt.end() == Attempt.End.BROKE);
    }

    /** Whether the last attempt did so. */
    boolean lastBroke() {
        return !attempts.isEmpty() && attempts.getLast().end() == Attempt.End.BROKE;
    }

    /** Whether an attempt of this rung did so. */
    boolean broke(Rung rung) {
        return attempts.stream()
                .anyMatch(attempt ->
                        attempt.end() == Attempt.End.BROKE && attempt.action().rung() == rung);
    }

    /** How often a rung was done or failed, not counting attempts that found something busy. */
    long count(Rung rung) {
        return attempts.stream()
                .filter(attempt ->
                        attempt.end() != Attempt.End.BUSY && attempt.action().rung() == rung)
                .count();
    }

    /** Whether exactly this action was tried and is not worth repeating. */
    boolean spent(Action action) {
        return attempts.stream()
                .anyMatch(attempt ->
                        attempt.end() != Attempt.End.BUSY && attempt.action().equals(action));
    }

    /** Whether the group's deployment was run again already; a local run changes the deployment's id. */
    boolean redeployed(DeploymentGroup group) {
        return attempts.stream()
                .filter(attempt -> attempt.end() != Attempt.End.BUSY && attempt.end() != Attempt.End.OUTDATED)
                .anyMatch(attempt -> of(attempt, group));
    }

    /** How often the group's deployment was not found as it had been diagnosed. */
    long outdated(DeploymentGroup group) {
        return attempts.stream()
                .filter(attempt -> attempt.end() == Attempt.End.OUTDATED && of(attempt, group))
                .count();
    }

    /** Whether a stop hook failed, and no attempt since may have left the application down. */
    boolean notStopped() {
        return attempts.stream()
                .filter(attempt -> attempt.end() == Attempt.End.NOT_STOPPED || attempt.end() == Attempt.End.BROKE)
                .reduce((earlier, later) -> later)
                .filter(last -> last.end() == Attempt.End.NOT_STOPPED)
                .isPresent();
    }

    private static boolean of(Attempt attempt, DeploymentGroup group) {
        return switch (attempt.action()) {
            case Action.Redeploy redeploy -> redeploy.group().equals(group);
            case Action.RedeployGroup redeploy -> redeploy.group().equals(group);
            case Action.Restart ignored -> false;
            case Action.Replace ignored -> false;
        };
    }
}
