package launchguard.guard;

import java.time.Instant;
import java.util.List;
import launchguard.model.DeploymentGroup;

/**
 * What a case has seen so far.
 *
 * @param asked how often in a row the instance was asked again without getting further
 * @param windowEnds when the case stops asking
 * @param observeOnly whether whoever asked wanted no action
 */
public record History(List<Attempt> attempts, int asked, Instant windowEnds, boolean observeOnly) {
    /** Copies its list. */
    public History {
        attempts = List.copyOf(attempts);
    }

    /** Whether an attempt left the application possibly down. */
    boolean broke() {
        return attempts.stream().anyMatch(attempt -> attempt.end() == Attempt.End.BROKE);
    }

    /** Whether an attempt of this rung did so. */
    boolean broke(Rung rung) {
        return attempts.stream()
                .anyMatch(attempt ->
                        attempt.end() == Attempt.End.BROKE && attempt.action().rung() == rung);
    }

    /** How often a rung was done or failed, not counting what only had to wait. */
    long count(Rung rung) {
        return attempts.stream()
                .filter(attempt ->
                        attempt.end() != Attempt.End.BUSY && attempt.action().rung() == rung)
                .count();
    }

    /** Whether this very action was tried and is not worth repeating. */
    boolean spent(Action action) {
        return attempts.stream()
                .anyMatch(attempt ->
                        attempt.end() != Attempt.End.BUSY && attempt.action().equals(action));
    }

    /** Whether the group's deployment was run again already; a local run changes the deployment's id. */
    boolean redeployed(DeploymentGroup group) {
        return attempts.stream()
                .filter(attempt -> attempt.end() != Attempt.End.BUSY)
                .anyMatch(attempt -> switch (attempt.action()) {
                    case Action.Redeploy redeploy -> redeploy.group().equals(group);
                    case Action.RedeployGroup redeploy -> redeploy.group().equals(group);
                    case Action.Restart ignored -> false;
                    case Action.Replace ignored -> false;
                });
    }
}
