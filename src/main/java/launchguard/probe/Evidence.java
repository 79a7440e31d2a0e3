package launchguard.probe;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the probe saw on an instance, schema 1: facts only. A part that could not be read is null or empty, and
 * {@link #problems} says why.
 *
 * @param now epoch seconds on the instance's clock when the probe looked
 * @param uptime seconds since boot when the probe looked
 * @param packages installed JDK packages; null when no package manager could be asked
 * @param jvms null when the processes could not be read at all
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
     */
    public record Host(
            @Nullable String os,
            @Nullable String osVersion,
            @Nullable String instanceId,
            @Nullable String bootId,
            @Nullable Integer utcOffsetSeconds) {}

    /** The CodeDeploy agent; {@code ongoing} are the deployments with a command on its way. */
    public record Agent(
            @Nullable Boolean installed,
            @Nullable String version,
            @Nullable Boolean running,
            @Nullable Boolean startsAtBoot,
            @Nullable Boolean afterCloudInit,
            @Nullable String rootDir,
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
     */
    public record DeploymentTrace(
            String groupId,
            String deploymentId,
            @Nullable Double startedUptime,
            @Nullable String source,
            boolean thisBoot,
            boolean thisInstance,
            boolean lastInstalled) {}

    /** An installed JDK package; {@code installedUptime} is negative for what came before this boot. */
    public record JdkPackage(
            String name,
            @Nullable String version,
            @Nullable Double installedUptime,
            @Nullable String manager) {}

    /**
     * A running JVM.
     *
     * @param exeLinks link count of its executable; 0 means deleted or replaced; null when unknown
     * @param javaHomeGone whether the libjvm.so that it mapped is no longer at its path
     * @param deletedMappings mapped files inside its own java.home that are no longer there as mapped
     * @param groupId the deployment group under whose files it lies, where the probe could tell
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
            @Nullable String groupId) {
        /** Copies its list. */
        public Jvm {
            deletedMappings = List.copyOf(deletedMappings);
        }
    }

    /**
     * A systemd unit that failed.
     *
     * @param java whether what it starts speaks of java; null when the probe could not tell
     * @param groupId the deployment group that installed the unit's file, where the probe could tell
     */
    public record FailedUnit(
            String unit,
            @Nullable String result,
            @Nullable Integer exitStatus,
            @Nullable Boolean java,
            @Nullable String groupId) {}

    /** An exception line that a JVM wrote: words for people, no rule decides by them alone. */
    public record Symptom(@Nullable String file, String line) {}
}
