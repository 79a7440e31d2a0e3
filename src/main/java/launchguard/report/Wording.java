package launchguard.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Race;
import launchguard.verdict.Subject;
import launchguard.verdict.Unfinished;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.BootStuck;
import launchguard.verdict.Verdict.DeploymentFailed;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.LuckyRace;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;
import launchguard.verdict.Verdict.StillBooting;
import launchguard.verdict.Verdict.Unreachable;
import org.jspecify.annotations.Nullable;

/** The sentences about verdicts: what happened and how we know. */
public final class Wording {
    private static final String PREVENT = " Make the agent start after cloud-init, so that it never comes back.";

    private Wording() {}

    /** One to three sentences for people; parts that come from an instance are reduced to printable characters. */
    public static String reason(Verdict verdict) {
        return Plain.text(
                switch (verdict) {
                    case Unreachable v -> "SSM can't reach the instance: " + v.why() + ".";
                    case Inconclusive v -> "No verdict: " + v.why() + ".";
                    case StaleJdk v ->
                        jvms(v.jvms()) + " of deployment " + name(v.subject()) + lost(v.impact(), v.jvms()) + " "
                                + order(v.race());
                    case StillBooting v -> unfinished(v.unfinished()) + seconds(v.uptimeSeconds()) + " after boot.";
                    case BootStuck v ->
                        unfinished(v.unfinished()) + seconds(v.uptimeSeconds())
                                + " after boot, past the boot deadline: look at the instance's cloud-init and agent logs.";
                    case DeploymentFailed v ->
                        "Deployment " + name(v.subject()) + " failed while " + jdks(v.installed())
                                + " installed under it. " + order(v.race());
                    case JdkReplaced v -> replaced(v) + " " + order(v.race());
                    case StaleBystander v ->
                        jvms(v.jvms()) + ", which no deployment of this boot started," + lost(v.impact(), v.jvms());
                    case NotDeployed v ->
                        v.failed()
                                ? "The deployment " + name(v.subject())
                                        + " failed, and no JDK was installed while it ran: the cause is its own."
                                : "CodeDeploy has deployed nothing on this instance in this boot.";
                    case LuckyRace v ->
                        order(v.race()) + " No JVM lost its JDK: luck." + (v.packagesUpgraded() ? PREVENT : "");
                    case Healthy v -> healthy(v);
                });
    }

    private static String healthy(Healthy v) {
        if (v.subject() == null) {
            return "What runs here was deployed in an earlier boot, and no JVM has lost its JDK.";
        }
        return (v.race().marginSeconds() == null ? "" : order(v.race()) + " ") + "No JVM has lost its JDK.";
    }

    private static String replaced(JdkReplaced v) {
        String unit = v.unit() == null ? "" : "; unit " + Plain.word(v.unit().unit()) + " failed" + exit(v);
        return jdks(v.installed()) + " installed after deployment " + name(v.subject())
                + " started, and its JVM runs no more" + unit + ".";
    }

    private static String exit(JdkReplaced v) {
        Integer status = v.unit() == null ? null : v.unit().exitStatus();
        if (status == null) {
            return "";
        }
        return " with status " + status + (status == 203 || status == 127 ? " (its java is not there)" : "");
    }

    private static String order(Race race) {
        Double margin = race.marginSeconds();
        if (margin == null) {
            return "Whether the deployment raced cloud-init is not known.";
        }
        String by = seconds(Math.abs(margin));
        if (race.raced()) {
            return "The deployment started" + by + " before cloud-init finished.";
        }
        return "The deployment started" + by + " after cloud-init finished"
                + (race.uncertain() ? ", which is too close to tell on CodeDeploy's clock." : ".");
    }

    private static String jvms(List<Jvm> jvms) {
        String pids =
                jvms.stream().map(jvm -> String.valueOf(jvm.pid())).limit(5).collect(Collectors.joining(", "));
        return jvms.size() == 1 ? "The JVM with pid " + pids : jvms.size() + " JVMs (pids " + pids + ")";
    }

    private static String lost(Impact impact, List<Jvm> jvms) {
        Jvm first = jvms.getFirst();
        String runs = jvms.size() == 1 ? " runs" : " run";
        String versions = first.versionInUse() == null || first.versionOnDisk() == null
                ? ""
                : " (" + Plain.word(first.versionInUse()) + " in use, " + Plain.word(first.versionOnDisk())
                        + " on disk)";
        return switch (impact) {
            case FILES_GONE ->
                runs + " on a JDK whose files are gone" + versions
                        + ": classes not loaded yet can't be loaded any more.";
            case REPLACED_IN_PLACE ->
                runs + " on a JDK that was replaced in place" + versions
                        + ": what is opened from now on is of another version.";
        };
    }

    private static String unfinished(Unfinished what) {
        return switch (what) {
            case CLOUD_INIT -> "cloud-init has not finished";
            case DEPLOYMENT -> "The deployment has not ended";
        };
    }

    private static String jdks(List<JdkPackage> jdks) {
        String names = jdks.stream()
                .map(jdk -> Plain.word(jdk.version() == null ? jdk.name() : jdk.name() + " " + jdk.version()))
                .limit(3)
                .collect(Collectors.joining(", "));
        return names + (jdks.size() == 1 ? " was" : " were");
    }

    private static String name(@Nullable Subject subject) {
        return subject == null || subject.deploymentId() == null ? "(id unknown)" : Plain.word(subject.deploymentId());
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, " %.1f s", seconds);
    }
}
