package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gate} puts the hook on a group, shows what it holds, and takes it away without ending a launch. */
class GateTest {
    private final Sandbox aws = Sandbox.start();

    @AfterEach
    void stop() {
        aws.close();
    }

    private ToolRun gate(String line) {
        return Terminal.run(aws, ("gate " + line).split(" ", -1));
    }

    private Instance held(ScalingGroup group) {
        Instance instance = group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        return instance;
    }

    @Test
    void add_holdsWhatIsLaunchedFromThenOn_andStatusShowsIt() throws Exception {
        ScalingGroup web = aws.group("web");
        ToolRun added = gate("add --asg web");
        assertEquals(0, added.exit(), added.toString());
        assertTrue(added.err().contains("heartbeat 600 s, default result CONTINUE"), added.err());
        Instance instance = held(web);
        assertEquals("Pending:Wait", instance.lifecycle());
        ToolRun status = gate("status --asg web --format json");
        JsonNode row = new ObjectMapper().readTree(status.out()).path(0);
        assertEquals("launch-guard-gate", row.path("hook").asText(), status.toString());
        assertEquals(1, row.path("held").asInt());
        assertEquals(instance.id(), row.at("/heldInstances/0").asText());
        assertEquals("CONTINUE", row.path("defaultResult").asText());
    }

    /** Auto Scaling does not say at which hook an instance waits: another one may hold it, and is named. */
    @Test
    void status_namesTheOtherLaunchHooks() {
        aws.group("web").gated().launchHook("warm-up", Duration.ofMinutes(5), "CONTINUE");
        assertTrue(gate("status --asg web --format json").out().contains("\"otherHooks\":\"warm-up"));
    }

    /** Each snippet of the page makes the hook that the command makes. */
    @Test
    void snippetsOfThePage_makeTheSameHook() throws Exception {
        aws.group("web");
        gate("add --asg web");
        JsonNode put =
                aws.calls().of("autoscaling", "PutLifecycleHook").getFirst().input();
        Map<String, String> wanted = new TreeMap<>();
        put.properties()
                .forEach(entry -> wanted.put(entry.getKey(), entry.getValue().asText()));
        wanted.remove("AutoScalingGroupName");
        assertEquals(4, wanted.size(), put.toString());
        String page = Files.readString(Path.of("docs/launch-gate.md"));
        List<String> snippets = Pattern.compile("```(?:yaml|hcl|sh)\\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .filter(text -> text.toLowerCase(Locale.ROOT)
                        .replace("_", "")
                        .replace("-", "")
                        .contains("defaultresult"))
                .toList();
        assertEquals(4, snippets.size(), "CloudFormation twice, Terraform, AWS CLI");
        for (String snippet : snippets) {
            Map<String, String> made = new TreeMap<>();
            // "Name: value", "name = value" and "--name value"
            Pattern.compile("(?m)(?:^[ -]*|--)([A-Za-z_-]+)(?:: | += |[ ])(\"?[A-Za-z0-9_:.-]+\"?)(?=\\s)")
                    .matcher(snippet)
                    .results()
                    .forEach(found ->
                            made.put(pascal(found.group(1)), found.group(2).replace("\"", "")));
            made.keySet().retainAll(wanted.keySet());
            assertEquals(wanted, made, snippet);
        }
    }

    /** {@code heartbeat_timeout} and {@code heartbeat-timeout} as the API has them; Terraform's {@code name} is the hook's. */
    private static String pascal(String name) {
        String pascal = Pattern.compile("(?:^|[_-])([a-z])")
                .matcher(name)
                .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
        return pascal.equals("Name") ? "LifecycleHookName" : pascal;
    }

    @Test
    void add_refusesAGroupThatIsNotOptedIn() {
        aws.group("web").tags().remove("launch-guard");
        ToolRun refused = gate("add --asg web");
        assertEquals(1, refused.exit(), refused.toString());
        assertTrue(refused.err().contains("does not carry the tag launch-guard=on"), refused.err());
        assertEquals(0, aws.calls().of("autoscaling", "PutLifecycleHook").size());
    }

    @Test
    void remove_releasesEveryHeldInstanceFirst() {
        ScalingGroup web = aws.group("web").gated();
        Instance first = held(web);
        Instance second = held(web);
        ToolRun removed = gate("remove --asg web");
        assertEquals(0, removed.exit(), removed.toString());
        assertTrue(removed.err().contains("after releasing 2 held instances"), removed.err());
        aws.advance(Duration.ofMinutes(1));
        assertEquals("InService", first.lifecycle());
        assertEquals("InService", second.lifecycle());
        assertTrue(gate("status --asg web").err().contains("its launches are not gated"));
    }

    /** Those on their way into a warm pool stand in no group's own list; deleting the hook would terminate them. */
    @Test
    void remove_releasesWhatWaitsOnItsWayIntoAWarmPool() {
        ScalingGroup web = aws.group("web").gated();
        Instance warmed = web.warm(Image.EMPTY, "Running");
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Warmed:Pending:Wait", warmed.lifecycle());
        assertTrue(gate("status --asg web --format json").out().contains(warmed.id()));
        ToolRun removed = gate("remove --asg web");
        assertTrue(removed.err().contains("after releasing 1 held instance"), removed.toString());
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Warmed:Running", warmed.lifecycle());
    }

    /** Deleting would terminate what could not be released. */
    @Test
    void remove_deletesNothingWhereAReleaseFails() {
        Instance instance = held(aws.group("web").gated());
        aws.faults().on("autoscaling", "CompleteLifecycleAction").always().fail("Throttling", "Rate exceeded");
        ToolRun failed = gate("remove --asg web");
        assertEquals(1, failed.exit(), failed.toString());
        assertEquals(0, aws.calls().of("autoscaling", "DeleteLifecycleHook").size());
        assertEquals("Pending:Wait", instance.lifecycle());
    }

    @Test
    void status_findsEveryGatedGroup() {
        aws.group("web").gated();
        aws.group("api").gated();
        aws.group("batch");
        ToolRun status = gate("status --all");
        assertTrue(status.out().contains("web") && status.out().contains("api"), status.out());
        assertTrue(!status.out().contains("batch"), status.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open --asg web",
                "add",
                "add --all",
                "remove --all",
                "status",
                "status --all --asg web",
                "add --asg web --hook CodeDeploy-managed-automatic-launch-deployment-hook-x",
                "add --asg web --hook a$b"
            })
    void wrongUsage_makesNoCall(String line) {
        ToolRun wrong = gate(line);
        assertEquals(2, wrong.exit(), wrong.toString());
        assertEquals(0, aws.calls().all().size());
    }
}
