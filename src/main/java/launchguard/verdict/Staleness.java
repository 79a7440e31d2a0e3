package launchguard.verdict;

import java.util.Collection;
import java.util.function.Predicate;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict.Impact;
import org.jspecify.annotations.Nullable;

/** Which JVMs run on JDK files that are no longer there as they mapped them. */
public final class Staleness {
    private Staleness() {}

    /**
     * Whether the JVM's executable or a mapping inside its own java.home is deleted. A JVM in a container has files of
     * its own, which the host's package manager never touches.
     */
    public static boolean stale(Jvm jvm) {
        return !jvm.container()
                && (executableGone(jvm) || jvm.deletedMappings().stream().anyMatch(inside(jvm.javaHome())));
    }

    /** The kernel's mark on the link's text stands for the link count where only the text could be read. */
    private static boolean executableGone(Jvm jvm) {
        return jvm.exeLinks() == null ? jvm.exe() != null && jvm.exe().endsWith(" (deleted)") : jvm.exeLinks() == 0;
    }

    /**
     * Healthy JVMs map deleted files too: libraries unpacked to /tmp, replaced jars of the application. A path without its
     * front can't be placed, and the probe lists none from elsewhere.
     */
    private static Predicate<String> inside(@Nullable String javaHome) {
        return path ->
                javaHome == null || !path.startsWith("/") || path.equals(javaHome) || path.startsWith(javaHome + "/");
    }

    /** The worst impact among stale JVMs. */
    static Impact impact(Collection<Jvm> stale) {
        return stale.stream().anyMatch(Jvm::javaHomeGone) ? Impact.FILES_GONE : Impact.REPLACED_IN_PLACE;
    }
}
