package launchguard.probe;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the probe saw on an instance, schema 1: facts only. A part that could not be read is null or empty, and
 * {@link #problems} says why.
 *
 * @param now epoch seconds on the instance's clock when the probe ran
 * @param uptime seconds since boot when the probe ran
 * @param packages installed JDK packages; null when no package manager could be asked
 * @param jvms null when the processes could not be read at all
 * @param failedUnits service units that are down in any way; {@link #truncated} holds "failedUnits" where they could not
 *     be read, or not all of them
 * @param packageManager the package manager that was at work; null when none was seen
 * @param problems what could not be read, and why
 * @param truncated names of lists that were cut
 */
public record Evidence(
        Host host,
        double now,
        double uptime,
        CloudInit cloudInit,
        Agent agent,
        List<DeploymentTrace> deployments,
        @Nullable List<JdkPackage> packages,
        @Nullable List<Jvm> jvms,
        List<FailedUnit> failedUnits,
        @Nullable PackageManager packageManager,
        List<Symptom> symptoms,
        List<String> problems,
        List<String> truncated) {

    /** Copies its lists. */
    public Evidence {
        deployments = List.copyOf(deployments);
        packages = packages == null ? null : List.copyOf(packages);
        jvms = jvms == null ? null : List.copyOf(jvms);
        failedUnits = List.copyOf(failedUnits);
        symptoms = List.copyOf(symptoms);
        problems = List.copyOf(problems);
        truncated = List.copyOf(truncated);
    }

    /** Seconds since this boot of a moment given in epoch seconds. */
    public double uptimeOf(double epochSeconds) {
        return Millis.rounded(epochSeconds - (now - uptime));
    }

    /** The moment that many seconds after this boot, on the instance's clock. */
    public Instant at(double uptimeSeconds) {
        return Instant.ofEpochMilli(Math.round(1000 * (now - uptime + uptimeSeconds)));
    }

    /**
     * The machine.
     *
     * @param instanceId as cloud-init noted it; null when unknown
     * @param bootId the kernel's id of this boot; null when unknown
     * @param clockSetSeconds by how much the clock was set within this boot; null when no step was seen
     * @param suspendedSeconds how long the machine slept within this boot; null when it did not, as far as known
     * @param clockUncertain whether the order of file times and uptimes can't be trusted
     */
    public record Host(
            @Nullable String os,
            @Nullable String osVersion,
            @Nullable String instanceId,
            @Nullable String bootId,
            @Nullable Integer utcOffsetSeconds,
            @Nullable Double clockSetSeconds,
            @Nullable Double suspendedSeconds,
            boolean clockUncertain) {}

    /**
     * The CodeDeploy agent.
     *
     * @param startedUptime when its service became active last; null when unknown
     * @param ongoing the deployments with a command on its way
     */
    public record Agent(
            @Nullable Boolean installed,
            @Nullable String version,
            @Nullable Boolean running,
            @Nullable Boolean startsAtBoot,
            @Nullable Boolean afterCloudInit,
            @Nullable String rootDir,
            @Nullable Double startedUptime,
            List<String> ongoing) {
        /** Copies its list. */
        public Agent {
            ongoing = List.copyOf(ongoing);
        }
    }

    /**
     * What a deployment left on the instance.
     *
     * @param startedUptime the earliest moment that its files show, seconds since boot; null when none does
     * @param thisBoot whether it ran in this boot, or nothing shows that it did not
     * @param thisInstance whether it ran on this instance, and not on the one that the image was made from
     * @param lastInstalled whether its files are the ones installed last for its group
     * @param endedUptime the last trace of its hooks, so not later than its end; null when unknown
     * @param namesJava whether its archive names java; null when the archive could not be read
     */
    public record DeploymentTrace(
            String groupId,
            String deploymentId,
            @Nullable Double startedUptime,
            @Nullable String source,
            boolean thisBoot,
            boolean thisInstance,
            boolean lastInstalled,
            @Nullable Double endedUptime,
            @Nullable Boolean namesJava) {}

    /**
     * A build of a JDK that was installed or, in this boot, removed.
     *
     * @param installedUptime when it was installed, or removed; negative for what came before this boot
     * @param manager who says so; "files" where no package manager knows the JDK
     * @param removed whether it is no longer there
     * @param first whether the package manager's log says that it was installed for the first time and upgraded nothing
     */
    public record JdkPackage(
            String name,
            @Nullable String version,
            @Nullable Double installedUptime,
            @Nullable String manager,
            boolean removed,
            boolean first) {}

    /** A package manager at work. */
    public record PackageManager(
            String name, @Nullable Integer pid, @Nullable Double startedUptime) {}

    /**
     * A running JVM.
     *
     * @param exeLinks link count of its executable; 0 means deleted or replaced; null when unknown
     * @param javaHomeGone whether the libjvm.so that it mapped is no longer at its path
     * @param deletedMappings mapped files of the JDK itself that are no longer there as mapped
     * @param groupId the deployment group that it belongs to by a sign, where there is one
     * @param sign by which sign: environment, files, unit, cgroup, cwd, cmdline, jar
     */
    public record Jvm(
            int pid,
            @Nullable Double startedUptime,
            @Nullable Long startTicks,
            @Nullable String user,
            @Nullable String unit,
            boolean container,
            @Nullable String exe,
            @Nullable Integer exeLinks,
            @Nullable String javaHome,
            boolean javaHomeGone,
            List<String> deletedMappings,
            @Nullable String versionInUse,
            @Nullable String versionOnDisk,
            @Nullable String groupId,
            @Nullable String sign) {
        /** Copies its list. */
        public Jvm {
            deletedMappings = List.copyOf(deletedMappings);
        }

        /** Whether its executable is a file of its own JDK, and was deleted or replaced; jsvc or python is neither. */
        public boolean executableGone() {
            return exeLinks != null
                    && exeLinks == 0
                    && (exe == null || javaHome == null || exe.startsWith(javaHome + "/") || insideJdk(exe, javaHome));
        }

        /** The launcher of a JDK 8 lies in {@code bin} beside its {@code jre}. */
        private static boolean insideJdk(String exe, String home) {
            return home.endsWith("/jre") && exe.startsWith(home.substring(0, home.length() - "jre".length()));
        }
    }

    /**
     * A service unit that is down in any way.
     *
     * @param state failed, auto-restart, inactive, exited (active without a process), activating, or running (a wrapper
     *     without a JVM)
     * @param exitStatus of its main process, or of the script that is to start it
     * @param stage "pre" where a command before the start failed, else "start"
     * @param java whether what it starts speaks of java; null when the probe could not find out
     * @param javaGone whether the java that it starts is not there now; null when no path is known
     * @param javaWasHere whether that java was there in this boot; null when the evidence does not say
     * @param startedUptime its last try
     * @param endedUptime when the main process of that try ended; null when unknown
     * @param condition false where a condition of its start did not hold
     * @param ignored whether its unit file takes this exit status for a success
     * @param tried false where it never ran in this boot
     * @param groupId the deployment group that installed its file or what it starts, where the probe could find out
     * @param sign by which sign: unit or files
     */
    public record FailedUnit(
            String unit,
            String state,
            @Nullable String result,
            @Nullable Integer exitStatus,
            @Nullable String stage,
            @Nullable Integer restarts,
            @Nullable Boolean java,
            @Nullable Boolean javaGone,
            @Nullable Boolean javaWasHere,
            @Nullable Double startedUptime,
            @Nullable Double endedUptime,
            boolean condition,
            boolean ignored,
            boolean tried,
            @Nullable String groupId,
            @Nullable String sign) {}

    /**
     * An exception that a JVM wrote about: words for people, no rule decides by them alone.
     *
     * @param exception its class
     * @param missing the class or path of the JDK that was missing; null when it names none
     */
    public record Symptom(
            @Nullable String file,
            String exception,
            @Nullable String missing) {}
}
