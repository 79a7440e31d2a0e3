package launchguard.guard;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import launchguard.guard.Action.ProcessRef;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Ownership;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;
import org.jspecify.annotations.Nullable;

/**
 * What a rung would do in this situation.
 *
 * @param action null when the rung can do nothing here, or nothing more
 * @param why why it can't
 */
record RungOption(@Nullable Action action, String why) {

    /** The highest process number of Linux: a higher one is the instance's invention. */
    private static final int HIGHEST_PID = 4_194_304;

    /** As many processes as a document takes; if one of them is still stale, it goes on. */
    private static final int MOST_PROCESSES = 32;

    /** Bounds the restarts where an instance shows another stale process each time. */
    private static final int MOST_RESTARTS = 8;

    /** The same for redeployments that do not find what was diagnosed, where each probe shows something else. */
    private static final int MOST_OUTDATED = 3;

    private static final int MOST_UNITS = 16;

    private static final Pattern SERVICE =
            Pattern.compile("(?!-)(?:[A-Za-z0-9:_.@-]|\\\\x[0-9a-f]{2}){1,100}\\.service");

    static RungOption of(Rung rung, Situation situation) {
        return switch (rung) {
            case RESTART -> restart(situation);
            case REDEPLOY -> redeploy(situation).unlessOutdated(situation);
            case REPLACE -> replace(situation);
        };
    }

    /** After an attempt that did not find what was diagnosed, only another diagnosis is tried, and not without end. */
    private RungOption unlessOutdated(Situation situation) {
        if (action == null || situation.group() == null) {
            return this;
        }
        return situation.history().spent(action) || situation.history().outdated(situation.group()) >= MOST_OUTDATED
                ? not(Rung.REDEPLOY, "does not find what was diagnosed")
                : this;
    }

    private static RungOption not(Rung rung, String why) {
        return new RungOption(null, rung.name().toLowerCase(Locale.ROOT) + " " + why);
    }

    private static RungOption restart(Situation situation) {
        if (situation.history().broke(Rung.RESTART)) {
            return not(Rung.RESTART, "failed half-way");
        }
        if (situation.history().count(Rung.RESTART) >= MOST_RESTARTS) {
            return not(Rung.RESTART, "was done " + MOST_RESTARTS + " times");
        }
        for (ProcessRef process : processes(situation)) {
            Restart restart = new Restart(process.pid(), process.startTicks());
            if (!situation.history().spent(restart)) {
                return new RungOption(restart, "");
            }
        }
        return not(Rung.RESTART, "has no stale process that it has not tried");
    }

    private static RungOption redeploy(Situation situation) {
        JudgedDeployment subject = situation.subject();
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
        // A deployment to the group does not reach an instance that is held out of service.
        if (situation.limits().wholeGroup() && situation.hold() == null) {
            return deployment.local()
                    ? not(Rung.REDEPLOY, "of the whole group does not know a deployment that was run on the instance")
                    : new RungOption(new RedeployGroup(situation.group(), deployment), "");
        }
        return new RungOption(new Redeploy(situation.group(), deployment, processes(situation), units(situation)), "");
    }

    private static RungOption replace(Situation situation) {
        if (situation.verdict() instanceof StaleBystander) {
            return not(Rung.REPLACE, "is never done for bystanders");
        }
        if (situation.hold() != null && situation.hold().intoWarmPool()) {
            return not(Rung.REPLACE, "is never done on the way into a warm pool");
        }
        if (situation.history().count(Rung.REPLACE) > 0) {
            return not(Rung.REPLACE, "was tried");
        }
        if (situation.verdict().ownership() == Ownership.TIME) {
            return not(
                    Rung.REPLACE,
                    "is never done for what is taken for the deployment's by the time of its start alone");
        }
        if (situation.history().notStopped()) {
            return not(Rung.REPLACE, "would be too much where the stop hook failed and the JVM still runs");
        }
        if (situation.loss() != null && !situation.loss().bySign()) {
            return not(Rung.REPLACE, "would be too much where only its start time shows whose the missing JVM was");
        }
        boolean tooMuch = situation.verdict() instanceof StaleJdk stale
                && (stale.impact() == Impact.REPLACED_IN_PLACE || !stale.race().raced());
        if (tooMuch && !situation.history().broke()) {
            return not(
                    Rung.REPLACE,
                    "would be too much while the application still runs on a JDK replaced "
                            + "in place or without a race");
        }
        return new RungOption(new Replace(), "");
    }

    /**
     * Whether all these stale JVMs should have been restarted by an earlier redeployment, which left them untouched.
     */
    static boolean untouched(Situation situation) {
        List<ProcessRef> stale = processes(situation);
        return !stale.isEmpty()
                && situation.history().attempts().stream()
                        .filter(attempt -> attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE)
                        .anyMatch(attempt -> attempt.action() instanceof Redeploy redeploy
                                && redeploy.processes().containsAll(stale));
    }

    /** The units that the document takes: a name of any other shape is the instance's invention. */
    private static List<String> units(Situation situation) {
        Stream<String> diagnosed =
                situation.verdict() instanceof JdkReplaced replaced ? replaced.units().stream() : Stream.of();
        Stream<String> missing = situation.loss() == null ? Stream.of() : situation.loss().units().stream();
        return Stream.concat(diagnosed, missing)
                .filter(unit -> SERVICE.matcher(unit).matches())
                .distinct()
                .sorted()
                .limit(MOST_UNITS)
                .toList();
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
