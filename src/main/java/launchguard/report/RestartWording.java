package launchguard.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import launchguard.cases.Case;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Says how to restart what is stale after patching. */
public final class RestartWording {
    private RestartWording() {}

    /** What to restart; null where the verdict names nothing that is stale or has lost its JDK. */
    public static @Nullable String of(Verdict verdict) {
        return switch (verdict) {
            case Verdict.StaleJdk stale -> jvms(stale.jvms());
            case Verdict.StaleBystander stale -> jvms(stale.jvms());
            case Verdict.JdkReplaced replaced ->
                replaced.units().isEmpty() ? Sentences.say("restart.lost") : units(replaced.units());
            case Verdict.Healthy ignored -> null;
            case Verdict.LuckyRace ignored -> null;
            case Verdict.NotDeployed ignored -> null;
            case Verdict.DeploymentFailed ignored -> null;
            case Verdict.StillBooting ignored -> null;
            case Verdict.BootStuck ignored -> null;
            case Verdict.Inconclusive ignored -> null;
            case Verdict.Unreachable ignored -> null;
        };
    }

    /** A case's reason with where it was found, and that nothing was done. */
    public static String reason(Case current, String restart) {
        return Sentences.say(
                "after-patch.reason",
                Map.of(
                        "reason", String.valueOf(current.finding().reason()),
                        "which", String.valueOf(current.afterPatch()),
                        "restart", restart));
    }

    /** How to prevent it at the next patch. */
    public static String prevention() {
        return Sentences.say("prevent.after-patch");
    }

    private static String jvms(List<Jvm> jvms) {
        List<String> units =
                jvms.stream().map(Jvm::unit).filter(Objects::nonNull).toList();
        String pids = jvms.stream()
                .filter(jvm -> jvm.unit() == null)
                .map(jvm -> String.valueOf(jvm.pid()))
                .collect(Collectors.joining(", "));
        String processes = pids.isEmpty() ? "" : Sentences.say("restart.processes", Map.of("pids", pids));
        return units.isEmpty() ? processes : (units(units) + " " + processes).strip();
    }

    private static String units(List<String> units) {
        return Sentences.say("restart.units", Map.of("units", String.join(" ", new TreeSet<>(units))));
    }
}
