package launchguard.variants;

import static launchguard.verdict.VerdictName.DEPLOYMENT_FAILED;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import launchguard.variants.ChangedRoot.Jvm;
import launchguard.verdict.VerdictName;

/** Changes that break what ran, and one that stops it for a cause of its own. */
final class BreakingChanges {
    private static final Set<VerdictName> LOST = EnumSet.of(JDK_REPLACED, INCONCLUSIVE);
    private static final Set<VerdictName> NEVER_ACTED_ON =
            EnumSet.complementOf(EnumSet.of(STALE_JDK, JDK_REPLACED, DEPLOYMENT_FAILED));

    private BreakingChanges() {}

    static List<Change> all() {
        return List.of(
                new Change("jdk-deleted", BreakingChanges::sound, root -> loseJdk(root, false), BreakingChanges::stale),
                new Change(
                        "jdk-replaced-in-place",
                        BreakingChanges::sound,
                        root -> loseJdk(root, true),
                        BreakingChanges::stale),
                new Change(
                        "unit-failed-203",
                        BreakingChanges::staleUnit,
                        root -> failUnits(root, "failed", 203),
                        truth -> LOST),
                new Change(
                        "unit-loops-203",
                        BreakingChanges::staleUnit,
                        root -> failUnits(root, "activating", 203),
                        truth -> LOST),
                new Change(
                        "unit-failed-1",
                        BreakingChanges::staleUnit,
                        root -> failUnits(root, "failed", 1),
                        truth -> LOST),
                new Change("jvm-died", BreakingChanges::staleJvm, BreakingChanges::die, truth -> LOST),
                new Change(
                        "killed-by-itself",
                        BreakingChanges::soundUnit,
                        BreakingChanges::killed,
                        truth -> NEVER_ACTED_ON));
    }

    private static boolean runs(ChangedRoot root) throws IOException {
        return root.hasProc() && !root.jvms().isEmpty();
    }

    /** Its JVMs are as they started, and it is not booting any more. */
    private static boolean sound(ChangedRoot root, Set<VerdictName> truth) throws IOException {
        return runs(root)
                && EnumSet.of(HEALTHY, LUCKY_RACE, NOT_DEPLOYED).containsAll(truth)
                && root.jvms().stream().allMatch(jvm -> jvm.home().startsWith("/"));
    }

    private static boolean soundUnit(ChangedRoot root, Set<VerdictName> truth) throws IOException {
        return sound(root, truth)
                && root.jvms().stream().noneMatch(jvm -> jvm.unit().isEmpty());
    }

    private static boolean staleJvm(ChangedRoot root, Set<VerdictName> truth) throws IOException {
        return runs(root)
                && truth.equals(Set.of(STALE_JDK))
                && !root.deploymentRoots().isEmpty();
    }

    private static boolean staleUnit(ChangedRoot root, Set<VerdictName> truth) throws IOException {
        return staleJvm(root, truth)
                && root.jvms().stream().noneMatch(jvm -> jvm.unit().isEmpty());
    }

    private static Set<VerdictName> stale(Set<VerdictName> truth) {
        return truth.contains(NOT_DEPLOYED) ? EnumSet.of(STALE_BYSTANDER) : EnumSet.of(STALE_JDK);
    }

    /** The files that the JVMs have mapped are deleted, and other files may have their names. */
    private static void loseJdk(ChangedRoot root, boolean replaced) throws IOException {
        for (var jvm : root.jvms()) {
            markDeleted(root, jvm);
            root.delete(jvm.jdk().substring(1));
            if (replaced) {
                for (var file : List.of("bin/java", "lib/server/libjvm.so", "lib/libjava.so", "lib/modules")) {
                    root.write((jvm.home() + "/" + file).substring(1), "new", root.uptime() - 20);
                }
                for (var file : mapped(root, jvm)) {
                    root.write(file.substring(1), "new", root.uptime() - 20);
                }
            } else {
                root.write("usr/lib/jvm/.keep", "");
            }
        }
    }

    private static List<String> mapped(ChangedRoot root, Jvm jvm) throws IOException {
        return root.read("proc/" + jvm.pid() + "/maps")
                .lines()
                .filter(line -> line.contains(" " + jvm.jdk() + "/"))
                .map(line -> line.substring(line.indexOf(" " + jvm.jdk() + "/") + 1)
                        .replace(" (deleted)", "")
                        .strip())
                .distinct()
                .toList();
    }

    private static void markDeleted(ChangedRoot root, Jvm jvm) throws IOException {
        var maps = "proc/" + jvm.pid() + "/maps";
        var marked = new StringBuilder();
        for (var line : root.read(maps).lines().toList()) {
            var own = line.contains(" " + jvm.jdk() + "/") && !line.endsWith("(deleted)");
            marked.append(line).append(own ? " (deleted)\n" : "\n");
        }
        root.write(maps, marked.toString());
        var exe = root.exe(jvm.pid());
        if (exe.startsWith(jvm.jdk() + "/") && !exe.endsWith("(deleted)")) {
            root.link("proc/" + jvm.pid() + "/exe", exe + " (deleted)");
        }
    }

    /** The unit's JVM is gone, and its java too, so that systemd's next try fails. */
    private static void failUnits(ChangedRoot root, String active, int status) throws IOException {
        for (var jvm : root.jvms()) {
            var java = jvm.home() + "/bin/java";
            root.delete("proc/" + jvm.pid());
            root.delete(jvm.jdk().substring(1));
            root.write("usr/lib/jvm/.keep", "");
            root.removeSection(jvm.unit());
            var program = status == 203 ? java : "/opt/app/bin/start.sh";
            root.section(
                    jvm.unit(),
                    "Type=simple",
                    "LoadState=loaded",
                    "ActiveState=" + active,
                    "SubState=" + (active.equals("failed") ? "failed" : "auto-restart"),
                    "MainPID=0",
                    "Result=exit-code",
                    "NRestarts=7",
                    "ExecMainStartTimestampMonotonic=" + Math.round((root.uptime() - 5) * 1_000_000),
                    "ExecMainExitTimestampMonotonic=" + Math.round((root.uptime() - 4.9) * 1_000_000),
                    "ExecMainCode=1",
                    "ExecMainStatus=" + status,
                    "ControlGroup=",
                    "WantedBy=multi-user.target",
                    "UnitFileState=enabled",
                    "Environment=JAVA_HOME=" + jvm.home(),
                    "FragmentPath=/etc/systemd/system/" + jvm.unit() + ".service",
                    "ExecStart={ path=" + program + " ; argv[]=" + program
                            + " -jar /opt/app/app.jar ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=3311 ; code=exited ; status="
                            + status + " }");
        }
    }

    /** The JVM that a hook started with nohup is gone, and no unit speaks of it; the revision's hook does. */
    private static void die(ChangedRoot root) throws IOException {
        for (var jvm : root.jvms()) {
            root.delete("proc/" + jvm.pid());
            root.delete(jvm.jdk().substring(1));
            root.write("usr/lib/jvm/.keep", "");
            if (!jvm.unit().isEmpty()) {
                root.removeSection(jvm.unit());
            }
        }
        for (var deployments : root.deploymentRoots()) {
            for (var group : root.groups(deployments)) {
                var archive = root.deployment(deployments, group) + "/deployment-archive";
                var at = root.deployedAt(deployments, group);
                root.write(
                        archive + "/appspec.yml",
                        "version: 0.0\nos: linux\nhooks:\n  ApplicationStart:\n    - location: scripts/start.sh\n",
                        at);
                root.write(
                        archive + "/scripts/start.sh",
                        "#!/bin/sh\nnohup /usr/bin/java -jar /opt/app/app.jar >/opt/app/app.log 2>&1 &\n",
                        at);
            }
        }
    }

    /** The kernel killed the application, whose JDK is what it was. */
    private static void killed(ChangedRoot root) throws IOException {
        for (var jvm : root.jvms()) {
            for (var file : mapped(root, jvm)) {
                root.write(file.substring(1), "", ChangedRoot.LONG_AGO);
            }
            root.delete("proc/" + jvm.pid());
            root.write((jvm.home() + "/bin/java").substring(1), "", ChangedRoot.LONG_AGO);
            root.removeSection(jvm.unit());
            root.section(
                    jvm.unit(),
                    "Type=simple",
                    "LoadState=loaded",
                    "ActiveState=failed",
                    "SubState=failed",
                    "MainPID=0",
                    "Result=signal",
                    "NRestarts=0",
                    "ExecMainStartTimestampMonotonic=" + Math.round(jvm.started() * 1_000_000),
                    "ExecMainExitTimestampMonotonic=" + Math.round((root.uptime() - 5) * 1_000_000),
                    "ExecMainCode=2",
                    "ExecMainStatus=9",
                    "ControlGroup=",
                    "WantedBy=multi-user.target",
                    "UnitFileState=enabled",
                    "FragmentPath=/etc/systemd/system/" + jvm.unit() + ".service",
                    "ExecStart={ path=" + jvm.home() + "/bin/java ; argv[]=" + jvm.home()
                            + "/bin/java -jar /opt/app/app.jar ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=3311 ; code=killed ; status=9/KILL }");
        }
    }
}
