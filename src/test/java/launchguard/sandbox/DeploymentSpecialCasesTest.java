package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentLimitExceededException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.InstanceTarget;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;

/**
 * Deployments beyond in-place ones to an Auto Scaling group: blue/green, termination hooks, tags, on-premises
 * instances.
 */
class DeploymentSpecialCasesTest {
    private final Sandbox aws = Sandbox.start(Map.of());
    private final CodeDeployClient codeDeploy =
            aws.configure(CodeDeployClient.builder()).build();
    private final List<ObjectNode> events = new ArrayList<>();

    @AfterEach
    void stop() {
        codeDeploy.close();
        aws.close();
    }

    private Instance launch(String group) {
        Instance instance = aws.group(group).launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        return instance;
    }

    private InstanceTarget target(Deployment deployment, Instance instance) {
        return codeDeploy
                .getDeploymentTarget(get -> get.deploymentId(deployment.id()).targetId(instance.id()))
                .deploymentTarget()
                .instanceTarget();
    }

    private DeploymentGroupInfo prod() {
        return codeDeploy
                .getDeploymentGroup(get -> get.applicationName("rest-api").deploymentGroupName("prod"))
                .deploymentGroupInfo();
    }

    private static List<String> steps(InstanceTarget target) {
        return target.lifecycleEvents().stream()
                .map(LifecycleEvent::lifecycleEventName)
                .toList();
    }

    @Test
    void blueGreen_namesTheOriginalsAndInstallsNothingOnThem() {
        Instance original = launch("web");
        Instance replacement = launch("web-copy");
        aws.events().listen(events::add);
        Deployment deployment = aws.codeDeploy()
                .blueGreen(aws.deploymentGroup(), "d-BLUEGRN02", List.of(original), List.of(replacement));
        assertEquals("Ready", deployment.status());
        assertEquals(
                List.of(deployment.id()),
                codeDeploy
                        .listDeployments(list -> list.applicationName("rest-api")
                                .deploymentGroupName("prod")
                                .includeOnlyStatuses(DeploymentStatus.READY))
                        .deployments());
        assertThrows(
                DeploymentLimitExceededException.class,
                () -> codeDeploy.createDeployment(create -> create.applicationName("rest-api")
                        .deploymentGroupName("prod")
                        .revision(prod().targetRevision())));
        aws.codeDeploy().reroute(deployment);
        assertEquals(
                List.of(original.id(), replacement.id()),
                codeDeploy
                        .listDeploymentTargets(list -> list.deploymentId(deployment.id()))
                        .targetIds());
        assertEquals(
                List.of("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"),
                steps(target(deployment, original)));
        assertTrue(steps(target(deployment, replacement)).contains("DownloadBundle"));
        assertEquals("Blue", target(deployment, original).instanceLabelAsString());
        assertEquals("Green", target(deployment, replacement).instanceLabelAsString());
        assertEquals("BLUE_GREEN", prod().deploymentStyle().deploymentTypeAsString());
        assertTrue(events.stream()
                .anyMatch(event -> event.at("/detail/instanceId").asText().equals(original.id())
                        && event.at("/detail/state").asText().equals("SUCCESS")));
        assertTrue(events.stream()
                .anyMatch(event -> event.at("/detail/state").asText().equals("READY")));
    }

    @Test
    void inPlaceTargets_areLabelledBlueToo() {
        Instance instance = launch("web");
        Deployment running =
                aws.codeDeploy().running(aws.deploymentGroup(), "d-ROLLBACK1", "codeDeployRollback", List.of(instance));
        assertEquals("Blue", target(running, instance).instanceLabelAsString());
        assertTrue(steps(target(running, instance)).contains("BeforeInstall"));
        assertEquals(
                "codeDeployRollback",
                codeDeploy
                        .getDeployment(get -> get.deploymentId(running.id()))
                        .deploymentInfo()
                        .creatorAsString());
    }

    @Test
    void terminationHook_bringsADeploymentThatInstallsNothing() {
        aws.deploymentGroup().terminationHook(true);
        aws.group("web").terminationHook(Duration.ofMinutes(5));
        Instance leaving = launch("web");
        aws.events().listen(events::add);
        aws.terminate(leaving);
        Deployment deployment = aws.codeDeploy().all().getLast();
        assertEquals("InProgress", deployment.status());
        aws.advance(Duration.ofMinutes(6));
        assertEquals("Succeeded", deployment.status());
        assertEquals("terminated", leaving.state());
        assertEquals(
                "autoscalingTermination",
                codeDeploy
                        .getDeployment(get -> get.deploymentId(deployment.id()))
                        .deploymentInfo()
                        .creatorAsString());
        assertTrue(prod().terminationHookEnabled());
        assertEquals(
                List.of("BeforeBlockTraffic", "AfterBlockTraffic", "ApplicationStop"),
                steps(target(deployment, leaving)));
        assertTrue(events.stream()
                .anyMatch(event ->
                        event.path("detail-type").asText().equals("CodeDeploy Instance State-change Notification")
                                && event.at("/detail/instanceId").asText().equals(leaving.id())));
    }

    @Test
    void deploymentGroup_reachesMoreThanItsScalingGroup() {
        Instance web = launch("web");
        Instance batch = launch("web-b");
        aws.deploymentGroup().tagged("role", "batch").onPremises("site", "tokyo");
        Instance tagged = aws.group("web-b").launch(Image.EMPTY);
        tagged.tags().put("role", "batch");
        aws.advance(Duration.ofSeconds(5));
        String id = codeDeploy
                .createDeployment(create -> create.applicationName("rest-api")
                        .deploymentGroupName("prod")
                        .revision(prod().targetRevision()))
                .deploymentId();
        assertEquals(
                List.of(web.id(), batch.id(), tagged.id()),
                codeDeploy.listDeploymentTargets(list -> list.deploymentId(id)).targetIds());
        assertEquals("role", prod().ec2TagFilters().getFirst().key());
        assertEquals("site", prod().onPremisesInstanceTagFilters().getFirst().key());
        assertEquals(2, prod().autoScalingGroups().size());
    }
}
