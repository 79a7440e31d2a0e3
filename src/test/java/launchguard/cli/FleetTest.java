package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code sweep}, {@code exposure} and {@code prevent} against a region with three groups. */
@Tag("verify")
class FleetTest extends ReadOnlyCommands {
    private static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    private static final String BROKEN = "rpm-dnf-race-jdk8-status-error";
    private static final int MANY = 51;
    private static final Set<String> MAY_CALL = Set.of(
            "ssm:SendCommand",
            "ssm:GetCommandInvocation",
            "codedeploy:BatchGetDeploymentTargets",
            "autoscaling:DescribeAutoScalingGroups",
            "ec2:DescribeInstances");

    private final ScalingGroup web = aws.group("web");
    private final ScalingGroup safe = aws.group("safe");
    private final Instance broken;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    FleetTest() {
        super(Sandbox.start());
        safe.launch(HEALTHY);
        web.launch(HEALTHY);
        broken = web.launch(BROKEN);
        ScalingGroup mute = aws.group("mute");
        mute.launch(Image.NONE);
        ScalingGroup many = aws.group("many");
        for (int i = 0; i < MANY; i++) {
            many.launch(Image.EMPTY);
        }
        aws.advance(Duration.ofMinutes(15));
        aws.settings().commandsAtOnce(true);
    }

    /** The probe is sent, and the rest is read. */
    @Override
    void allowed(Call call) {
        assertTrue(MAY_CALL.contains(call.service() + ":" + call.operation()), call.toString());
        if (call.changing()) {
            assertEquals("LaunchGuard-Probe", call.input().path("DocumentName").asText());
        }
    }

    private static JsonNode json(ToolRun run) throws Exception {
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void sweep_ofAGroup_theWorstDecides() {
        ToolRun run = Terminal.run(aws, "sweep", "--asg", "web");
        assertEquals(10, run.exit(), run.toString());
        assertEquals(3, run.out().lines().count(), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.startsWith(broken.id() + "  STALE_JDK  ")), run.out());
        assertEquals(0, Terminal.run(aws, "sweep", "--asg", "safe").exit());
        assertEquals(
                12, Terminal.run(aws, "sweep", "--asg", "mute", "--asg", "safe").exit());
    }

    /** How fast a probe is, is no part of this. */
    @Test
    void sweep_ofMany_sendsAtMostFiftyIdsInACommand() throws Exception {
        aws.commands().runner((root, script, limit) -> new ScriptRunner.Result(0, "{}", "", false));
        ToolRun run = Terminal.run(aws, "sweep", "--asg", "many", "--format", "json");
        aws.commands().runner(ScriptRunner.live());
        assertEquals(12, run.exit(), run.toString());
        assertEquals(MANY, json(run).size());
        assertEquals(
                List.of(50, 1),
                calls().stream()
                        .filter(call -> call.operation().equals("SendCommand"))
                        .map(call -> call.input().path("InstanceIds").size())
                        .toList());
    }

    @Test
    void sweep_byTag_takesTheValueAsItStands() throws Exception {
        broken.tags().put("role", "a*b");
        ToolRun run = Terminal.run(aws, "sweep", "--tag", "role=a*b", "--format", "csv");
        assertEquals(10, run.exit(), run.toString());
        assertEquals(2, run.out().lines().count(), run.out());
        assertEquals(
                "instanceId,verdict,marginSeconds,reason,raced,marginUncertain,impact,deploymentId,prevention",
                run.out().lines().findFirst().orElse(""));
        assertTrue(run.out().contains(",FILES_GONE,"), run.out());
        ToolRun none = Terminal.run(aws, "sweep", "--tag", "role=a");
        assertEquals(1, none.exit());
        assertTrue(none.err().contains("no running instance carries the tag role=a"), none.err());
    }

    @Test
    void sweep_ofNoSuchGroup_saysWhereItLooked() {
        ToolRun run = Terminal.run(aws, "sweep", "--asg", "nowhere");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("no Auto Scaling group nowhere in ap-northeast-1"), run.err());
    }

    @Test
    void exposure_showsWhichGroupsCouldRace() throws Exception {
        ToolRun run = Terminal.run(aws, "exposure", "--format", "json");
        assertEquals(10, run.exit(), run.toString());
        Map<String, String> found = json(run)
                .valueStream()
                .collect(Collectors.toMap(
                        row -> row.path("autoScalingGroup").asText(),
                        row -> row.path("exposure").asText()));
        assertEquals(
                Map.of("web", "EXPOSED", "safe", "ORDERED", "many", "NO_AGENT", "mute", "UNKNOWN"), found, run.out());
        assertEquals(
                3,
                calls().stream()
                        .filter(call -> call.operation().equals("SendCommand"))
                        .flatMap(call -> call.input().path("InstanceIds").valueStream())
                        .map(JsonNode::asText)
                        .collect(Collectors.toCollection(TreeSet::new))
                        .size());
    }

    @Test
    void exposure_ofSome() {
        assertEquals(0, Terminal.run(aws, "exposure", "--asg", "safe").exit());
        ToolRun mute = Terminal.run(aws, "exposure", "--asg", "mute");
        assertEquals(12, mute.exit());
        assertTrue(mute.out().contains("UNKNOWN"), mute.out());
        assertTrue(Terminal.run(aws, "exposure", "--asg", "mute", "--format", "csv")
                .out()
                .contains("no instance of the group is in service"));
        web.tags().put("team", "one");
        ToolRun tagged = Terminal.run(aws, "exposure", "--tag", "team=one");
        assertEquals(2, tagged.out().lines().count(), tagged.out());
        assertTrue(tagged.out().contains("beside cloud-init, which upgrades packages then"), tagged.out());
        ToolRun csv = Terminal.run(aws, "exposure", "--tag", "team=one", "--format", "csv");
        assertTrue(csv.out().contains(",prevention/systemd/install,"), csv.out());
        assertEquals(1, Terminal.run(aws, "exposure", "--asg", "nowhere").exit());
    }

    @Test
    void mayNotList_namesThePermission() {
        aws.faults().on("autoscaling", "*").always().fail("AccessDenied", "not authorized");
        ToolRun run = Terminal.run(aws, "exposure");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("autoscaling:DescribeAutoScalingGroups"), run.err());
        assertTrue(run.err().contains("lack that permission"), run.err());
    }

    @Test
    void prevent_printsTheCureForThisSystem_withItsFiles() throws Exception {
        ToolRun run = Terminal.run(aws, "prevent", broken.id());
        assertEquals(0, run.exit(), run.toString());
        assertTrue(run.out().startsWith("EXPOSED  "), run.out());
        assertTrue(run.out().contains("See prevention/systemd/install"), run.out());
        assertTrue(run.out().contains("**Undo:** `sudo prevention/systemd/install --undo`."), run.out());
        assertTrue(run.out().contains(Files.readString(Path.of("prevention/systemd/install"))), run.out());
        assertTrue(run.out().contains("  --cure keep-jdk: "), run.out());
        Path made = folder.resolve("image/files");
        ToolRun kept = Terminal.run(aws, "prevent", broken.id(), "--out", made.toString());
        assertFalse(kept.out().contains("----- "), "files that are written are not printed too: " + kept.out());
        assertEquals(
                Files.readString(Path.of("prevention/systemd/10-after-cloud-init.conf")),
                Files.readString(made.resolve("10-after-cloud-init.conf")));
    }

    @Test
    void prevent_fromSavedEvidence_makesNoCall() throws Exception {
        Path evidence = folder.resolve("evidence.json");
        Terminal.run(aws, "diagnose", broken.id(), "--evidence-out", evidence.toString());
        count();
        ToolRun run = ToolRun.of("prevent", "--evidence", evidence.toString(), "--cure", "before-install");
        assertEquals(0, run.exit(), run.toString());
        assertTrue(run.out().contains("----- prevention/before-install/wait-for-cloud-init.sh -----"), run.out());
        JsonNode row = json(ToolRun.of("prevent", "--evidence", evidence.toString(), "--format", "json"))
                .path(0);
        assertEquals("EXPOSED", row.path("exposure").asText());
        assertEquals("prevention/systemd/install", row.path("cure").asText());
        assertEquals(List.of(), calls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sweep",
                "sweep --tag role",
                "sweep --asg web --tag a=b",
                "exposure --tag role",
                "prevent",
                "prevent i-1",
                "prevent i-0123456789abcdef0 --evidence -",
                "prevent --evidence no-such-file",
                "prevent --evidence - --cure prayer",
                "prevent --evidence - --out pom.xml"
            })
    void wrongUsage_makesNoCall(String line) {
        ToolRun run = Terminal.run(aws, line.split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertTrue(run.err().startsWith("launch-guard: "), run.err());
        assertEquals("", run.out());
        assertEquals(List.of(), calls());
        assertFalse(run.err().contains("Exception"), run.err());
    }
}
