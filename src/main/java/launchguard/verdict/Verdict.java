package launchguard.verdict;

import java.util.List;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import org.jspecify.annotations.Nullable;

/** What the evidence means. */
public sealed interface Verdict {

    /** The name as printed and stored. */
    VerdictName name();

    /** The ordering of this launch, as far as it is known. */
    default Race race() {
        return Race.UNKNOWN;
    }

    /** The deployment that decided; null when none did. */
    default @Nullable JudgedDeployment subject() {
        return null;
    }

    /** SSM cannot reach the instance; {@code why} is what was tried and what came back. */
    record Unreachable(String why) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.UNREACHABLE;
        }
    }

    /** How JVMs or units are known to belong to that deployment; null when the verdict names none. */
    default @Nullable Ownership ownership() {
        return null;
    }

    /**
     * The evidence does not prove a verdict; {@code why} says which part.
     *
     * @param down the units that may have lost their java, where the doubt is about such
     */
    record Inconclusive(String why, List<String> down) implements Verdict {
        /** Copies its list. */
        public Inconclusive {
            down = List.copyOf(down);
        }

        /** No unit in doubt. */
        public Inconclusive(String why) {
            this(why, List.of());
        }

        @Override
        public VerdictName name() {
            return VerdictName.INCONCLUSIVE;
        }
    }

    /** JVMs of a deployment are stale. */
    record StaleJdk(JudgedDeployment subject, Race race, Impact impact, List<Jvm> jvms) implements Verdict {
        /** Copies its list. */
        public StaleJdk {
            jvms = List.copyOf(jvms);
        }

        @Override
        public VerdictName name() {
            return VerdictName.STALE_JDK;
        }

        /** How this JVM is known to belong to the deployment. */
        public Ownership ownership(Jvm jvm) {
            return jvm.groupId() != null && jvm.groupId().equals(subject.groupId()) ? Ownership.SIGN : Ownership.TIME;
        }

        /** By a sign, if any of them has one. */
        @Override
        public Ownership ownership() {
            return jvms.stream().anyMatch(jvm -> ownership(jvm) == Ownership.SIGN) ? Ownership.SIGN : Ownership.TIME;
        }
    }

    /** What has not finished, within the boot deadline. */
    record StillBooting(Unfinished unfinished, double uptimeSeconds) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.STILL_BOOTING;
        }
    }

    /** What has not finished, past the boot deadline. */
    record BootStuck(Unfinished unfinished, double uptimeSeconds) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.BOOT_STUCK;
        }
    }

    /** The deployment failed while these packages were installed, at least one. */
    record DeploymentFailed(JudgedDeployment subject, Race race, List<JdkPackage> installed) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.DEPLOYMENT_FAILED;
        }
    }

    /**
     * JDKs were installed or removed while the instance booted, and a JVM of the deployment that had run is gone.
     *
     * @param installed what was installed or removed, at least one
     * @param lost the units that lost their JVM; none where it ran in no unit that is down now
     * @param ownership how that JVM is known to belong to the deployment
     */
    record JdkReplaced(
            JudgedDeployment subject, Race race, List<JdkPackage> installed, List<FailedUnit> lost, Ownership ownership)
            implements Verdict {
        /** Copies its lists. */
        public JdkReplaced {
            installed = List.copyOf(installed);
            lost = List.copyOf(lost);
        }

        @Override
        public VerdictName name() {
            return VerdictName.JDK_REPLACED;
        }

        /** The first of the lost units; null where there is none. */
        public @Nullable FailedUnit unit() {
            return lost.isEmpty() ? null : lost.getFirst();
        }

        /** The names of all of them. */
        public List<String> units() {
            return lost.stream().map(FailedUnit::unit).toList();
        }
    }

    /** These JVMs are stale, and no deployment of this boot started them. */
    record StaleBystander(Impact impact, List<Jvm> jvms) implements Verdict {
        /** Copies its list. */
        public StaleBystander {
            jvms = List.copyOf(jvms);
        }

        @Override
        public VerdictName name() {
            return VerdictName.STALE_BYSTANDER;
        }
    }

    /**
     * Nothing is deployed here.
     *
     * @param failed whether a deployment was tried and failed
     * @param meanwhile whether an upgrade by cloud-init may be the cause, although no JDK was installed meanwhile
     */
    record NotDeployed(@Nullable JudgedDeployment subject, boolean failed, boolean meanwhile) implements Verdict {
        /** Nothing was upgraded meanwhile. */
        public NotDeployed(@Nullable JudgedDeployment subject, boolean failed) {
            this(subject, failed, false);
        }

        @Override
        public VerdictName name() {
            return VerdictName.NOT_DEPLOYED;
        }
    }

    /**
     * Raced without harm.
     *
     * @param packagesUpgraded whether a package was upgraded after the start
     * @param jvms how many JVMs of the deployment run
     * @param down units of the deployment that are down for a reason of their own
     */
    record LuckyRace(JudgedDeployment subject, Race race, boolean packagesUpgraded, int jvms, List<String> down)
            implements Verdict {
        /** Copies its list. */
        public LuckyRace {
            down = List.copyOf(down);
        }

        /** No unit is down. */
        public LuckyRace(JudgedDeployment subject, Race race, boolean packagesUpgraded, int jvms) {
            this(subject, race, packagesUpgraded, jvms, List.of());
        }

        @Override
        public VerdictName name() {
            return VerdictName.LUCKY_RACE;
        }
    }

    /**
     * Nothing is wrong.
     *
     * @param subject null when the deployment is of an earlier boot
     * @param jvms how many JVMs of the deployment run
     * @param down units of the deployment that are down for a reason of their own
     */
    record Healthy(@Nullable JudgedDeployment subject, Race race, int jvms, List<String> down) implements Verdict {
        /** Copies its list. */
        public Healthy {
            down = List.copyOf(down);
        }

        /** No unit is down. */
        public Healthy(@Nullable JudgedDeployment subject, Race race, int jvms) {
            this(subject, race, jvms, List.of());
        }

        @Override
        public VerdictName name() {
            return VerdictName.HEALTHY;
        }
    }

    /** What a stale JVM has lost. */
    enum Impact {
        /** Its JDK's files are no longer at their path: every JDK breaks. */
        FILES_GONE,
        /** Other files of the same name lie there: what breaks depends on the JDK. */
        REPLACED_IN_PLACE
    }
}
