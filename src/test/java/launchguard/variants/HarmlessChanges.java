package launchguard.variants;

import static launchguard.verdict.VerdictName.INCONCLUSIVE;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.variants.Change.Edit;
import launchguard.variants.Change.Right;
import launchguard.variants.Change.Where;
import launchguard.verdict.VerdictName;

/** Changes after which the verdict is what it was. */
final class HarmlessChanges {
    private static final String CONFIG = "etc/codedeploy-agent/conf/codedeployagent.yml";
    private static final String DEFAULT_ROOT = "opt/codedeploy-agent/deployment-root";
    private static final String MOVED_ROOT = "srv/codedeploy/root";
    private static final long HOUR = 3600;
    private static final Right SAME = truth -> truth;
    private static final Where ANY = (root, truth) -> true;
    private static final Where RUNS = (root, truth) -> root.hasProc();
    private static final Where DEPLOYED =
            (root, truth) -> !root.deploymentRoots().isEmpty();
    private static final Where DEFAULT_DEPLOYED =
            (root, truth) -> !root.has(CONFIG) && !root.groups(DEFAULT_ROOT).isEmpty();

    /** What the probe may call, and what minimal images lack. */
    private static final List<String> TOOLS = List.of(
            "awk",
            "cat",
            "cut",
            "date",
            "dpkg-query",
            "find",
            "grep",
            "head",
            "id",
            "ls",
            "readlink",
            "rpm",
            "sed",
            "sleep",
            "sort",
            "stat",
            "systemctl",
            "tail",
            "timeout",
            "tr",
            "uname",
            "wc",
            "xargs");

    private HarmlessChanges() {}

    static List<Change> all() {
        var changes = new ArrayList<Change>(List.of(
                new Change("bystander-at-boot", RUNS, root -> bystander(root, 1.5), SAME),
                new Change("bystander-at-the-end", RUNS, root -> bystander(root, root.uptime() - 3), SAME),
                new Change("fifty-failed-units", RUNS, root -> failedUnits(root, 1), SAME),
                new Change("fifty-failed-units-203", RUNS, root -> failedUnits(root, 203), SAME),
                new Change("clocks-an-hour-later", RUNS, root -> Clocks.shift(root, HOUR), SAME),
                new Change("clocks-an-hour-earlier", RUNS, root -> Clocks.shift(root, -HOUR), SAME),
                new Change("clocks-in-the-next-year", RUNS, root -> Clocks.shift(root, 41 * 24 * HOUR), SAME),
                new Change("probe-in-turkish", ANY, root -> locale(root, "tr_TR.UTF-8", "Europe/Istanbul"), SAME),
                new Change("probe-in-japanese", ANY, root -> locale(root, "ja_JP.UTF-8", "Asia/Tokyo"), SAME),
                new Change(
                        "host-in-kathmandu",
                        HarmlessChanges::noZone,
                        root -> zone(root, "Asia/Kathmandu", 20_700),
                        SAME),
                new Change(
                        "host-in-los-angeles",
                        HarmlessChanges::noZone,
                        root -> zone(root, "America/Los_Angeles", -28_800),
                        SAME),
                new Change("config-crlf", DEPLOYED, HarmlessChanges::crlf, SAME),
                moved(
                        "config-crlf-moved-root",
                        "---\r\n:log_aws_wire: false\r\n:root_dir: '/" + MOVED_ROOT + "'\r\n",
                        SAME),
                moved(
                        "config-quoted-commented",
                        "---\n# :root_dir: '/nowhere'\n:root_dir:\t\"/" + MOVED_ROOT + "\"  # moved\n",
                        SAME),
                moved("config-key-twice", "---\n:root_dir: /nowhere\n:root_dir: /" + MOVED_ROOT + "/\n", SAME),
                moved(
                        "config-flow-style",
                        "{:log_aws_wire: false, :root_dir: '/" + MOVED_ROOT + "'}\n",
                        HarmlessChanges::orInconclusive),
                new Change(
                        "temp-files-in-java-home",
                        (root, truth) -> RUNS.in(root, truth) && !root.jvms().isEmpty(),
                        HarmlessChanges::tempFiles,
                        SAME),
                new Change("idle-group-of-an-earlier-boot", DEPLOYED, root -> idleGroup(root, true), SAME),
                new Change("idle-group-of-this-boot", DEPLOYED, root -> idleGroup(root, false), SAME)));
        TOOLS.stream().map(HarmlessChanges::without).forEach(changes::add);
        return changes;
    }

    /** The same, or no verdict at all. */
    private static Set<VerdictName> orInconclusive(Set<VerdictName> truth) {
        var right = EnumSet.copyOf(truth);
        right.add(INCONCLUSIVE);
        return right;
    }

    private static void bystander(ChangedRoot root, double started) throws IOException {
        root.addJvm(9001, started, "/opt/kinesis/jre", "aws-kinesis-agent");
    }

    /** Units whose programs are none of a JDK's, by name before and after all others. */
    private static void failedUnits(ChangedRoot root, int status) throws IOException {
        for (var number = 0; number < 50; number++) {
            var unit = (number % 2 == 0 ? "aaa-job" : "zzz-job") + number;
            var program = "/opt/jobs/" + unit + "/run";
            root.section(
                    unit,
                    "Type=simple",
                    "LoadState=loaded",
                    "ActiveState=failed",
                    "SubState=failed",
                    "Result=exit-code",
                    "NRestarts=3",
                    "ExecMainStartTimestampMonotonic=" + (2_000_000 + number),
                    "ExecMainExitTimestampMonotonic=" + (2_100_000 + number),
                    "ExecMainStatus=" + status,
                    "WantedBy=multi-user.target",
                    "UnitFileState=enabled",
                    "FragmentPath=/etc/systemd/system/" + unit + ".service",
                    "ExecStart={ path=" + program + " ; argv[]=" + program
                            + " --all ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=331 ; code=exited ; status="
                            + status + " }");
        }
    }

    private static void locale(ChangedRoot root, String locale, String zone) {
        for (var variable : List.of("LC_ALL", "LC_TIME", "LC_NUMERIC", "LANG")) {
            root.environment(variable, locale);
        }
        root.environment("TZ", zone);
    }

    /** No zone of its own, so that its local stamps are known to be in UTC. */
    private static boolean noZone(ChangedRoot root, Set<VerdictName> truth) throws IOException {
        return root.hasProc()
                && !root.has("etc/localtime")
                && !root.name().contains("jst")
                && !root.name().contains("zone")
                && Files.exists(Path.of("/usr/share/zoneinfo/Asia/Kathmandu"));
    }

    /** The agent writes its logs in the host's zone, and so do package managers; cloud-init's log is in UTC. */
    private static void zone(ChangedRoot root, String zone, int offset) throws IOException {
        Files.createDirectories(root.folder().resolve("etc"));
        Files.copy(Path.of("/usr/share/zoneinfo", zone), root.folder().resolve("etc/localtime"));
        for (var deployments : root.deploymentRoots()) {
            for (var log : root.files(deployments + "/deployment-logs")) {
                root.write(log, Clocks.shiftStamps(root.read(log), offset, root.bootedAt()));
            }
        }
        for (var log : Stream.of("var/log/dpkg.log", "var/log/yum.log", "var/log/apt/history.log")
                .filter(root::has)
                .toList()) {
            root.write(log, Clocks.shiftStamps(root.read(log), offset, root.bootedAt()));
        }
    }

    private static void crlf(ChangedRoot root) throws IOException {
        var text = root.has(CONFIG)
                ? root.read(CONFIG)
                : "---\n:log_aws_wire: false\n:root_dir: '/" + DEFAULT_ROOT + "'\n:max_revisions: 5\n";
        root.write(CONFIG, text.replace("\r", "").replace("\n", "\r\n"));
    }

    /** The agent's configuration moves the folder of its deployments elsewhere. */
    private static Change moved(String name, String config, Right right) {
        Edit edit = root -> {
            root.move(DEFAULT_ROOT, MOVED_ROOT);
            for (var file : root.files(MOVED_ROOT + "/deployment-instructions")) {
                root.write(file, root.read(file).replace("/" + DEFAULT_ROOT, "/" + MOVED_ROOT));
            }
            root.write(CONFIG, config);
        };
        return new Change(name, DEFAULT_DEPLOYED, edit, right);
    }

    private static void tempFiles(ChangedRoot root) throws IOException {
        for (var jvm : root.jvms()) {
            var maps = "proc/" + jvm.pid() + "/maps";
            root.write(
                    maps,
                    root.read(maps)
                            + ChangedRoot.map(jvm.home() + "/tmp/jna-3506402/jna1177.tmp (deleted)")
                            + ChangedRoot.map(jvm.home() + "/work/libnetty_tcnative_linux_x86_6471.so (deleted)")
                            + ChangedRoot.map(jvm.home() + "/data/index/segment_4.cfs (deleted)"));
        }
    }

    private static void idleGroup(ChangedRoot root, boolean earlierBoot) throws IOException {
        for (var deployments : root.deploymentRoots()) {
            for (var group : root.groups(deployments)) {
                var at = earlierBoot
                        ? BigDecimal.valueOf(root.bootedAt() - 86_400)
                        : root.deployedAt(deployments, group);
                root.addIdleGroup(deployments, "0d1e6a52-5c3d-4d53-9c1e-7f0b6f3f1a99", "d-1DLE00001", at);
                return;
            }
        }
    }

    /** One tool is not there: the verdict is what it was, or there is none. */
    private static Change without(String tool) {
        return new Change(
                "without-" + tool,
                ANY,
                root -> root.environment("PATH", Tools.without(tool)),
                HarmlessChanges::orInconclusive);
    }
}
