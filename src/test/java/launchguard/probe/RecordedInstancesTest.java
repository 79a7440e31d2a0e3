package launchguard.probe;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import launchguard.corpus.RecordedInstance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real script, under every shell, on every recorded instance, against the table of the corpus' README. */
@Tag("verify")
class RecordedInstancesTest {

    /** What the JVM's JDK truly was. */
    private enum Jdk {
        NO_JVM,
        CURRENT,
        FILES_GONE,
        REPLACED_IN_PLACE
    }

    /**
     * One row of the README's table; uptimes in seconds.
     *
     * @param deployment null where CodeDeploy deployed nothing
     * @param earliest the deployment can't have started before (the agent's first command of it, one second of doubt)
     * @param latest nor after (its first line in the log)
     */
    private record Truth(
            String state,
            @Nullable Double cloudInitEnd,
            @Nullable Double jvmStart,
            Jdk jdk,
            @Nullable String deployment,
            double earliest,
            double latest) {

        static Truth undeployed(String state, @Nullable Double end, @Nullable Double jvmStart, Jdk jdk) {
            return new Truth(state, end, jvmStart, jdk, null, 0, 0);
        }
    }

    private static final Map<String, Truth> TRUTHS = Map.ofEntries(
            Map.entry(
                    "rpm-dnf-race-jdk8-status-error",
                    new Truth("done", 23.07, 10.75, Jdk.FILES_GONE, "d-4XAMPLE01", 4, 8)),
            Map.entry(
                    "rpm-dnf-race-corretto17-in-place",
                    new Truth("done", 22.55, 9.94, Jdk.REPLACED_IN_PLACE, "d-4XAMPLE02", 4, 7.2)),
            Map.entry(
                    "rpm-dnf-no-race-agent-after-cloud-init",
                    new Truth("done", 22.44, 28.17, Jdk.CURRENT, "d-4XAMPLE03", 22.44, 25.4)),
            Map.entry("rpm-baked-ami-stale-logs", new Truth("done", 4.93, 9.89, Jdk.CURRENT, "d-4XAMPLE06", 4, 6.2)),
            Map.entry(
                    "rpm-lucky-race-jdk-not-upgraded",
                    new Truth("done", 21.31, 11.66, Jdk.CURRENT, "d-4XAMPLE01", 4, 10)),
            Map.entry("rpm-race-lost-by-late-jvm", new Truth("done", 36.17, 28.66, Jdk.CURRENT, "d-4XAMPLE01", 4, 10)),
            Map.entry("rpm-race-service-crashed", new Truth("done", 23.90, null, Jdk.NO_JVM, "d-4XAMPLE01", 4, 10)),
            Map.entry(
                    "rpm-after-local-redeploy",
                    new Truth("done", 24.56, 36.80, Jdk.CURRENT, "d-08MPZAKTP-local", 30, 37)),
            Map.entry(
                    "rpm-agent-restarted-during-hook", new Truth("done", 7.19, null, Jdk.NO_JVM, "d-4XAMPLE07", 4, 10)),
            Map.entry("al2like-ci-19.3-yum-race-jst", Truth.undeployed("done", 21.28, 4.88, Jdk.FILES_GONE)),
            Map.entry("al2like-ci-19.3-all-stages-crashed", Truth.undeployed("failed", 5.34, 4.71, Jdk.CURRENT)),
            Map.entry(
                    "ubuntu2404-apt-upgrade-needrestart-restarts-app",
                    Truth.undeployed("failed", 35.72, 35.56, Jdk.CURRENT)),
            Map.entry("ubuntu2404-ci-24.1.3-runcmd-fails", Truth.undeployed("failed", 17.18, null, Jdk.NO_JVM)),
            Map.entry("sid-ci-26.2-degraded", Truth.undeployed("done", 17.49, null, Jdk.NO_JVM)),
            Map.entry("debian12-ci-22.4.2-wait-returns-early", Truth.undeployed("done", 19.64, null, Jdk.NO_JVM)),
            Map.entry("debian12-ci-22.4.2-disabled", Truth.undeployed("disabled", null, null, Jdk.NO_JVM)),
            Map.entry("debian12-ci-22.4.2-no-datasource", Truth.undeployed("done", 5.67, null, Jdk.NO_JVM)),
            // Nothing but cloud-init's own files is recorded there.
            Map.entry("al1like-ci-0.7.6-manual-stages-jst", Truth.undeployed("done", 4818.45, null, Jdk.NO_JVM)));

    private static final Set<String> UPGRADED = Set.of(
            "rpm-dnf-race-jdk8-status-error",
            "rpm-dnf-race-corretto17-in-place",
            "rpm-dnf-no-race-agent-after-cloud-init",
            "rpm-baked-ami-stale-logs",
            "rpm-lucky-race-jdk-not-upgraded",
            "rpm-race-lost-by-late-jvm",
            "rpm-race-service-crashed",
            "rpm-after-local-redeploy",
            "al2like-ci-19.3-yum-race-jst",
            "ubuntu2404-apt-upgrade-needrestart-restarts-app");

    @TempDir
    Path directory;

    @Test
    void everyScenarioHasATruth() {
        assertEquals(TRUTHS.keySet(), Set.copyOf(RecordedInstance.scenarios()));
    }

    static Stream<Arguments> everyShellOnEveryScenario() {
        return Shell.here()
                .flatMap(shell -> RecordedInstance.scenarios().stream().map(scenario -> Arguments.of(shell, scenario)));
    }

    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("everyShellOnEveryScenario")
    void theEvidenceIsTheTruth(Shell shell, String scenario) throws Exception {
        var truth = requireNonNull(TRUTHS.get(scenario));
        var instance = RecordedInstance.restore(scenario, directory);

        var evidence = ProbeRun.of(shell, instance.environment("done")).evidence();

        assertAll(
                () -> assertEquals(
                        truth.state(), evidence.at("/cloudInit/state").textValue()),
                () -> assertUptime(truth.cloudInitEnd(), evidence.at("/cloudInit/finishedUptime")),
                () -> assertEquals(
                        UPGRADED.contains(scenario),
                        evidence.at("/cloudInit/upgradedPackages").asBoolean()),
                () -> assertStages(evidence),
                () -> assertJvm(truth, evidence.path("jvms")),
                () -> assertDeployment(truth, evidence.path("deployments")));
    }

    /** SSM lists no larger result, so that of a raced launch would be fetched by a call of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rpm-dnf-race-jdk8-status-error",
                "rpm-dnf-race-corretto17-in-place",
                "al2like-ci-19.3-yum-race-jst",
                "cleanup-files-removed"
            })
    void staleJvm_fitsInAListOfResults(String scenario) throws Exception {
        var instance = RecordedInstance.restore(scenario, directory);

        var run = ProbeRun.of(Shell.here().findFirst().orElseThrow(), instance.environment("done"));

        assertTrue(run.output().length() < 2_400, () -> run.output().length() + " characters");
        var jvm = run.evidence().at("/jvms/0");
        var home = jvm.path("javaHome").textValue();
        assertTrue(home.startsWith("/"), home);
        assertFalse(jvm.path("deletedMappings").isEmpty());
        jvm.path("deletedMappings").forEach(path -> assertFalse(path.textValue().startsWith(home), path.textValue()));
    }

    /** What cloud-init wrote, read by a JSON parser: epoch seconds, or seconds since boot from version 24 on. */
    private void assertStages(JsonNode evidence) throws Exception {
        var status = directory.resolve("var/lib/cloud/data/status.json");
        var host = evidence.path("host");
        var written = Files.exists(status) && host.has("now")
                ? new ObjectMapper().readTree(status.toFile()).path("v1")
                : MissingNode.getInstance();
        var booted = host.path("now").asDouble() - host.path("uptime").asDouble();
        var expected = Stream.of("init-local", "init", "modules-config", "modules-final")
                .filter(name -> written.path(name).path("start").isNumber())
                .map(name -> name + between(written.path(name), "start", "finished", booted))
                .toList();
        var found = StreamSupport.stream(evidence.at("/cloudInit/stages").spliterator(), false)
                .map(stage -> stage.path("name").textValue() + between(stage, "startedUptime", "finishedUptime", 0))
                .toList();
        assertEquals(expected, found);
    }

    private static String between(JsonNode stage, String from, String to, double booted) {
        return Stream.of(from, to)
                .map(name -> stage.path(name).asDouble())
                .map(at -> String.format(" %.3f", at > 1_000_000_000 ? at - booted : at))
                .collect(Collectors.joining());
    }

    private static void assertJvm(Truth truth, JsonNode jvms) {
        assertEquals(truth.jdk() == Jdk.NO_JVM ? 0 : 1, jvms.size());
        if (truth.jdk() == Jdk.NO_JVM) {
            return;
        }
        var jvm = jvms.get(0);
        assertUptime(truth.jvmStart(), jvm.path("startedUptime"));
        assertEquals("rest-api.service", jvm.path("unit").textValue());
        assertFalse(jvm.path("container").booleanValue());
        assertEquals(truth.jdk() == Jdk.CURRENT, jvm.path("deletedMappings").isEmpty());
        assertEquals(truth.jdk() == Jdk.CURRENT, jvm.path("exeLinks").intValue() > 0);
        assertEquals(truth.jdk() == Jdk.FILES_GONE, jvm.path("javaHomeGone").booleanValue());
        assertTrue(jvm.has("javaHomeGone"));
    }

    private static void assertDeployment(Truth truth, JsonNode deployments) {
        if (truth.deployment() == null) {
            assertTrue(deployments.isEmpty());
            return;
        }
        var latest = deployments.get(0);
        assertEquals(truth.deployment(), latest.path("deploymentId").textValue());
        assertTrue(latest.path("thisBoot").booleanValue());
        assertTrue(latest.path("lastInstalled").booleanValue());
        var start = latest.path("startedUptime").doubleValue();
        assertTrue(start >= truth.earliest() && start <= truth.latest(), () -> "started at " + start);
    }

    private static void assertUptime(@Nullable Double expected, JsonNode actual) {
        if (expected == null) {
            assertTrue(actual.isMissingNode(), () -> "unexpected " + actual);
        } else {
            assertEquals(expected, actual.doubleValue(), 0.01);
        }
    }

    @EachProbeShell
    void localRedeployment_theOneBeforeItIsStillListed(Shell shell) throws Exception {
        var instance = RecordedInstance.restore("rpm-after-local-redeploy", directory);

        var deployments =
                ProbeRun.of(shell, instance.environment("done")).evidence().path("deployments");

        assertEquals(2, deployments.size());
        var first = deployments.get(1);
        assertEquals("d-4XAMPLE01", first.path("deploymentId").textValue());
        assertTrue(first.path("thisBoot").booleanValue());
        assertFalse(first.path("lastInstalled").booleanValue());
        assertEquals(8.53, first.path("startedUptime").doubleValue(), 0.1);
    }

    @EachProbeShell
    void bakedImage_deploymentOfTheBuilderIsNotOfThisBoot(Shell shell) throws Exception {
        var instance = RecordedInstance.restore("rpm-baked-ami-stale-logs", directory);

        var evidence = ProbeRun.of(shell, instance.environment("done"), "--deployment", "d-4XAMPLE01")
                .evidence();

        var asked = evidence.path("deployments").get(0);
        assertEquals("d-4XAMPLE01", asked.path("deploymentId").textValue());
        assertFalse(asked.path("thisBoot").booleanValue());
        assertFalse(asked.has("startedUptime"));
    }

    @EachProbeShell
    void crashedService_itsUnitIsNamed(Shell shell) throws Exception {
        var instance = RecordedInstance.restore("rpm-race-service-crashed", directory);

        var failed = ProbeRun.of(shell, instance.environment("done")).evidence().path("failedUnits");

        assertEquals(1, failed.size());
        assertEquals("rest-api.service", failed.get(0).path("unit").textValue());
        assertEquals("exit-code", failed.get(0).path("result").textValue());
        assertEquals(203, failed.get(0).path("exitStatus").intValue());
    }

    @Test
    void packages_haveTheManagersVersionAndTime() throws Exception {
        var instance = RecordedInstance.restore("rpm-dnf-race-jdk8-status-error", directory);

        var packages =
                ProbeRun.of(Shell.SH, instance.environment("done")).evidence().path("packages");

        var found = StreamSupport.stream(packages.spliterator(), false)
                .map(node -> node.path("name").textValue() + " "
                        + node.path("version").textValue() + " "
                        + node.path("installedAt").longValue() + " "
                        + node.path("manager").textValue())
                .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "java-1.8.0-openjdk-headless 1:1.8.0.312.b07-1.amzn2.0.1.x86_64 1795385481 rpm",
                        "java-17-amazon-corretto-headless 1:17.0.12+7-1.amzn2023.1.x86_64 1795385482 rpm"),
                found);
    }

    @EachProbeShell
    void clockSetAnHourForwardAfterTheLaunch_theStartStaysWhereItWas(Shell shell) throws Exception {
        assertStartAfterClockStep(shell, 3600);
    }

    @EachProbeShell
    void clockSetAnHourBackAfterTheLaunch_theStartStaysWhereItWas(Shell shell) throws Exception {
        assertStartAfterClockStep(shell, -3600);
    }

    private void assertStartAfterClockStep(Shell shell, long step) throws Exception {
        var instance = RecordedInstance.restore("rpm-dnf-race-jdk8-status-error", directory);
        Files.writeString(directory.resolve("proc/stat"), "btime " + (1795385460L + step) + "\n");

        var evidence = ProbeRun.of(shell, instance.environment("done")).evidence();

        var deployment = evidence.path("deployments").get(0);
        assertTrue(deployment.path("thisBoot").booleanValue());
        assertEquals(6.95, deployment.path("startedUptime").doubleValue(), 0.6);
        assertTrue(evidence.path("problems").toString().contains("clock was set"));
    }

    static Stream<String> everyAwk() {
        return Stream.of("mawk", "gawk", "original-awk", "busybox");
    }

    @ParameterizedTest
    @MethodSource("everyAwk")
    void everyAwkGivesTheSameEvidence(String awk) throws Exception {
        var program = Shell.find(awk);
        assumeTrue(program != null, () -> awk + " is not installed");
        var links = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(links.resolve("awk"), requireNonNull(program));
        for (var scenario :
                List.of("rpm-dnf-race-jdk8-status-error", "rpm-after-local-redeploy", "al2like-ci-19.3-yum-race-jst")) {
            var instance = RecordedInstance.restore(scenario, directory.resolve(scenario));
            var environment = new HashMap<>(instance.environment("done"));
            var usual = ProbeRun.of(Shell.SH, environment).output();
            environment.merge("PATH", links.toString(), (path, first) -> first + ":" + path);

            assertEquals(usual, ProbeRun.of(Shell.SH, environment).output());
        }
    }

    @Test
    void nothingIsWritten() throws Exception {
        var instance = RecordedInstance.restore("rpm-after-local-redeploy", directory);
        var before = listing();

        ProbeRun.of(Shell.SH, instance.environment("done")).evidence();

        assertEquals(before, listing());
    }

    private Set<String> listing() throws Exception {
        try (var files = Files.walk(directory)) {
            return files.map(file -> file + " " + file.toFile().length() + " "
                            + file.toFile().lastModified())
                    .collect(Collectors.toSet());
        }
    }
}
