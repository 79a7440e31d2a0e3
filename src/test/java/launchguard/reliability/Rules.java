package launchguard.reliability;

import java.time.Duration;

/**
 * What an owner has set, and how exactly an observer from outside can hold the function to it.
 *
 * @param remediate whether anything may be changed at all
 * @param budget replacements of the group within the window
 * @param percent share of the group that may be unavailable
 * @param lag how old a decision may be when it takes effect: a crash in between delays it
 * @param listLag how long CodeDeploy's list of deployments may hide a new one
 * @param timersKept whether the queue keeps what it is given; no real queue loses messages
 */
record Rules(
        boolean remediate,
        int budget,
        Duration window,
        int percent,
        Duration lag,
        Duration listLag,
        boolean timersKept) {
    int unavailable(int desired) {
        return Math.max(1, desired * percent / 100);
    }
}
