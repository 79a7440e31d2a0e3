package launchguard.verdict;

import java.util.Collection;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict.Impact;

/** Which JVMs run on JDK files that are no longer there as they mapped them. */
public final class Staleness {
    private Staleness() {}

    /**
     * Whether the JVM's executable or a mapping inside its own java.home is deleted. A JVM in a container has files of
     * its own, which the host's package manager never touches.
     */
    public static boolean stale(Jvm jvm) {
        boolean exeGone = jvm.exeLinks() != null && jvm.exeLinks() == 0;
        return !jvm.container() && (exeGone || !jvm.deletedMappings().isEmpty());
    }

    /** The worst impact among stale JVMs. */
    static Impact impact(Collection<Jvm> stale) {
        return stale.stream().anyMatch(Jvm::javaHomeGone) ? Impact.FILES_GONE : Impact.REPLACED_IN_PLACE;
    }
}
