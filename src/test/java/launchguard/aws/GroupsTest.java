package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import launchguard.guard.GroupState.Member;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Auto Scaling and EC2 over the wire. */
class GroupsTest {
    private static final InstanceId UNKNOWN = new InstanceId("i-0000000000000dead");

    private static final String TEMPLATE = "lt-0a20c965061f64abc:1";

    private final Sandbox aws = Sandbox.start();
    private final Groups groups = new Groups(AdapterSandbox.clients(aws));
    private final Instances instances = new Instances(AdapterSandbox.clients(aws));
    private final ScalingGroup web = aws.group("web");
    private final Instance instance = web.launch(Image.EMPTY);
    private final InstanceId id = new InstanceId(instance.id());

    GroupsTest() {
        aws.advance(Duration.ofMinutes(3));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void placeOfInstances_leavesOutTheUnknown_andMarksThoseInAWarmPool() {
        Instance warm = web.launch(Image.EMPTY);
        warm.lifecycle("Warmed:Stopped");
        Groups.Place pool = new Groups.Place(new GroupName("web"), "Warmed:Stopped", TEMPLATE);
        assertEquals(
                Map.of(
                        id,
                        new Groups.Place(new GroupName("web"), "InService", TEMPLATE),
                        new InstanceId(warm.id()),
                        pool),
                groups.of(List.of(id, UNKNOWN, new InstanceId(warm.id()))));
        assertTrue(pool.warmed());
        assertEquals(Map.of(), groups.of(List.of()));
    }

    @Test
    void manyInstancesAndGroups_areAskedForInParts() {
        List<InstanceId> many = new ArrayList<>();
        List<GroupName> names = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(new InstanceId(web.launch(Image.NONE).id()));
            names.add(new GroupName(aws.group("group-" + i).name()));
        }
        assertEquals(60, groups.of(many).size());
        assertEquals(60, groups.describe(names).size());
        assertEquals(61, groups.tagged("launch-guard", "on").size());
        assertEquals(0, groups.tagged("launch-guard", "off").size());
        for (int i = 0; i < 160; i++) {
            many.add(UNKNOWN);
        }
        assertEquals(60, instances.describe(many).size());
        assertEquals(2, aws.calls().of("ec2", "DescribeInstances").size());
    }

    @Test
    void group_isDescribedAsTheGuardNeedsIt() {
        web.desired(7).suspend("Launch", "AZRebalance");
        instance.lifecycle("Standby");
        launchguard.aws.ScalingGroup group =
                groups.describe(new GroupName("web")).orElseThrow();
        assertEquals(7, group.desired());
        assertEquals(Set.of("Launch", "AZRebalance"), group.suspended());
        assertEquals("on", group.tags().get("launch-guard"));
        Member member = group.members().getFirst();
        assertEquals(id, member.instance());
        assertEquals("Standby", member.lifecycle());
        assertTrue(member.healthy());
        assertTrue(String.valueOf(member.templateVersion()).endsWith(":1"), member.toString());
        assertEquals(Optional.empty(), groups.describe(new GroupName("nobody's")));
        assertEquals(Map.of(), groups.describe(List.of()));
    }

    @Test
    void refresh_isSeenWhileItRuns() {
        assertFalse(groups.refreshing(new GroupName("web")));
        web.startRefresh();
        assertTrue(groups.refreshing(new GroupName("web")));
        web.endRefresh();
        assertFalse(groups.refreshing(new GroupName("web")));
        assertThrows(AwsFailureException.class, () -> groups.refreshing(new GroupName("nobody's")));
    }

    @Test
    void markUnhealthy_reachesAFreshInstance_insideItsGracePeriodToo() {
        web.gracePeriod(Duration.ofDays(1));
        assertTrue(groups.markUnhealthy(id));
        assertEquals("Unhealthy", instance.health());
    }

    @Test
    void markUnhealthy_ofAnUnknownInstance_isFalse() {
        assertFalse(groups.markUnhealthy(UNKNOWN));
    }

    @Test
    void markUnhealthy_otherValidationErrors_areNotSwallowed() {
        aws.faults().on("autoscaling", "SetInstanceHealth").fail("ValidationError", "1 validation error detected");
        assertThrows(AwsFailureException.class, () -> groups.markUnhealthy(id));
        assertEquals("Healthy", instance.health());
    }

    @Test
    void markUnhealthy_denied_namesThePermission() {
        aws.faults().on("autoscaling", "SetInstanceHealth").fail("AccessDenied", "no");
        AwsFailureException denied = assertThrows(AwsFailureException.class, () -> groups.markUnhealthy(id));
        assertTrue(String.valueOf(denied.getMessage()).contains("allow autoscaling:SetInstanceHealth"));
    }

    @Test
    void throttling_isRetried() {
        aws.faults().on("autoscaling", "SetInstanceHealth").times(2).throttle();
        assertTrue(groups.markUnhealthy(id));
    }

    @Test
    void instances_areAskedForByFilter_unknownOnesAreLeftOut() {
        Instances.Facts facts = instances.describe(List.of(id, UNKNOWN)).get(id);
        assertEquals(
                instance.launchTime(), java.util.Objects.requireNonNull(facts).launchedAt());
        assertTrue(facts.running());
        assertEquals("on", facts.tags().get("launch-guard"));
        instance.state("stopping");
        assertFalse(
                java.util.Objects.requireNonNull(instances.describe(List.of(id)).get(id))
                        .running());
        assertEquals(Map.of(), instances.describe(List.of(UNKNOWN)));
    }

    @Test
    void tags_areWritten_andFailuresReported() {
        instances.tag(id, Map.of("launch-guard:verdict", "HEALTHY"));
        assertEquals("HEALTHY", instance.tags().get("launch-guard:verdict"));
        assertThrows(AwsFailureException.class, () -> instances.tag(UNKNOWN, Map.of("a", "b")));
        aws.faults().on("ec2", "CreateTags").fail("UnauthorizedOperation", "no");
        AwsFailureException denied = assertThrows(AwsFailureException.class, () -> instances.tag(id, Map.of("a", "b")));
        assertTrue(String.valueOf(denied.getMessage()).contains("allow ec2:CreateTags"), denied.getMessage());
    }
}
