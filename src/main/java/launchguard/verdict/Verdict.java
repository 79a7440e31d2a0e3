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
    default @Nullable Subject subject() {
        return null;
    }

    /** SSM cannot reach the instance; {@code why} is what was tried and what came back. */
    record Unreachable(String why) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.UNREACHABLE;
        }
    }

    /** The evidence can't carry a verdict; {@code why} says which part. */
    record Inconclusive(String why) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.INCONCLUSIVE;
        }
    }

    /** JVMs of a deployment are stale. */
    record StaleJdk(Subject subject, Race race, Impact impact, List<Jvm> jvms) implements Verdict {
        /** Copies its list. */
        public StaleJdk {
            jvms = List.copyOf(jvms);
        }

        @Override
        public VerdictName name() {
            return VerdictName.STALE_JDK;
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
    record DeploymentFailed(Subject subject, Race race, List<JdkPackage> installed) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.DEPLOYMENT_FAILED;
        }
    }

    /**
     * These packages, at least one, were installed after the start, and the deployment's JVM is gone; {@code unit} is its
     * failed unit.
     */
    record JdkReplaced(
            Subject subject,
            Race race,
            List<JdkPackage> installed,
            @Nullable FailedUnit unit) implements Verdict {
        @Override
        public VerdictName name() {
            return VerdictName.JDK_REPLACED;
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

    /** Nothing is deployed here; {@code failed} when a deployment was tried and failed for a cause of its own. */
    record NotDeployed(@Nullable Subject subject, boolean failed) implements Verdict {
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
     */
    record LuckyRace(Subject subject, Race race, boolean packagesUpgraded, int jvms) implements Verdict {
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
     */
    record Healthy(@Nullable Subject subject, Race race, int jvms) implements Verdict {
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
