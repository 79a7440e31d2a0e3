package launchguard.guard;

import java.util.List;
import java.util.Locale;
import launchguard.guard.Action.ProcessRef;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Ownership;
import launchguard.verdict.Subject;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;
import org.jspecify.annotations.Nullable;

/**
 * What a rung would do in this situation.
 *
 * @param action null when the rung can do nothing here, or nothing more
 * @param why why it can't
 */
record Candidate(@Nullable Action action, String why) {

    /** Linux gives no higher one; what an instance calls a process number beyond it is none. */
    private static final int HIGHEST_PID = 4_194_304;

    /** As many as a document takes: one of them that is still stale is enough for it to go on. */
    private static final int MOST_PROCESSES = 32;

    /** Restarts of one process after the other end somewhere, also where an instance always shows another one. */
    private static final int MOST_RESTARTS = 8;

    static Candidate of(Rung rung, Situation situation) {
        return switch (rung) {
            case RESTART -> restart(situation);
            case REDEPLOY -> redeploy(situation);
            case REPLACE -> replace(situation);
        };
    }

    private static Candidate not(Rung rung, String why) {
        return new Candidate(null, rung.name().toLowerCase(Locale.ROOT) + " " + why);
    }

    private static Candidate restart(Situation situation) {
        if (situation.history().broke(Rung.RESTART)) {
            return not(Rung.RESTART, "failed half-way");
        }
        if (situation.history().count(Rung.RESTART) >= MOST_RESTARTS) {
            return not(Rung.RESTART, "was done " + MOST_RESTARTS + " times");
        }
        for (ProcessRef process : processes(situation)) {
            Restart restart = new Restart(process.pid(), process.startTicks());
            if (!situation.history().spent(restart)) {
                return new Candidate(restart, "");
            }
        }
        return not(Rung.RESTART, "has no stale process that it has not tried");
    }

    private static Candidate redeploy(Situation situation) {
        Subject subject = situation.verdict().subject();
        if (situation.verdict() instanceof StaleBystander || subject == null || subject.deploymentId() == null) {
            return not(Rung.REDEPLOY, "has no deployment");
        }
        if (situation.group() == null || !situation.group().fitsDocument()) {
            return not(Rung.REDEPLOY, "does not know the deployment group by a name that a document may take");
        }
        if (subject.groupId() != null
                && !subject.groupId().equals(situation.group().id())) {
            return not(Rung.REDEPLOY, "does not take another deployment group's deployment");
        }
        if (situation.history().redeployed(situation.group())) {
            return not(Rung.REDEPLOY, "was tried");
        }
        DeploymentId deployment;
        try {
            deployment = new DeploymentId(subject.deploymentId());
        } catch (IllegalArgumentException hostile) {
            return not(Rung.REDEPLOY, "does not take what the instance calls a deployment");
        }
        if (situation.limits().wholeGroup()) {
            return deployment.local()
                    ? not(Rung.REDEPLOY, "of the whole group does not know a deployment that was run on the instance")
                    : new Candidate(new RedeployGroup(situation.group(), deployment), "");
        }
        // After a restart that failed half-way the diagnosed process may be gone, which is then no reason to do
        // nothing.
        List<ProcessRef> stale = situation.history().broke(Rung.RESTART) ? List.of() : processes(situation);
        return new Candidate(new Redeploy(situation.group(), deployment, stale), "");
    }

    private static Candidate replace(Situation situation) {
        if (situation.verdict() instanceof StaleBystander) {
            return not(Rung.REPLACE, "is never done for bystanders");
        }
        if (situation.history().count(Rung.REPLACE) > 0) {
            return not(Rung.REPLACE, "was tried");
        }
        if (situation.verdict().ownership() == Ownership.TIME) {
            return not(Rung.REPLACE, "is never done for what is taken for the deployment's by the time of its start alone");
        }
        boolean tooMuch = situation.verdict() instanceof StaleJdk stale
                && (stale.impact() == Impact.REPLACED_IN_PLACE || !stale.race().raced());
        if (tooMuch && !situation.history().broke()) {
            return not(
                    Rung.REPLACE,
                    "would be too much while the application still runs on a JDK replaced "
                            + "in place or without a race");
        }
        return new Candidate(new Replace(), "");
    }

    /** Whether these stale JVMs are all such as an earlier redeployment was to start anew, and left untouched. */
    static boolean untouched(Situation situation) {
        List<ProcessRef> stale = processes(situation);
        return !stale.isEmpty()
                && situation.history().attempts().stream()
                        .filter(attempt -> attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE)
                        .anyMatch(attempt -> attempt.action() instanceof Redeploy redeploy
                                && redeploy.processes().containsAll(stale));
    }

    private static List<ProcessRef> processes(Situation situation) {
        List<Jvm> stale = situation.verdict() instanceof StaleJdk deployed
                ? deployed.jvms()
                : situation.verdict() instanceof StaleBystander bystander ? bystander.jvms() : List.of();
        return stale.stream()
                .filter(jvm -> jvm.pid() <= HIGHEST_PID && jvm.startTicks() != null && jvm.startTicks() > 0)
                .map(jvm -> new ProcessRef(jvm.pid(), jvm.startTicks() == null ? 0 : jvm.startTicks()))
                .limit(MOST_PROCESSES)
                .toList();
    }
}
