package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentLimitExceededException;
import software.amazon.awssdk.services.codedeploy.model.InstanceTarget;
import software.amazon.awssdk.services.codedeploy.model.InvalidTargetInstancesException;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;

/** CodeDeploy knows the launch deployments of recorded instances, and deploys to whole groups. */
class CodeDeployTest {
    private final Sandbox aws = Sandbox.start();
    private final CodeDeployClient codeDeploy =
            aws.configure(CodeDeployClient.builder()).build();
    private final Instance instance = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");

    @AfterEach
    void stop() {
        codeDeploy.close();
        aws.close();
    }

    @Test
    void launchDeployment_hasTheTimesOfTheInstancesFiles() {
        aws.advance(Duration.ofSeconds(15));
        String id = instance.launchDeployment().orElseThrow();
        assertEquals("InProgress", deployment(id).statusAsString());
        aws.advance(Duration.ofMinutes(5));
        assertEquals("Succeeded", deployment(id).statusAsString());
        assertEquals("autoscaling", deployment(id).creatorAsString());
        InstanceTarget target = codeDeploy
                .batchGetDeploymentTargets(get -> get.deploymentId(id).targetIds(instance.id()))
                .deploymentTargets()
                .getFirst()
                .instanceTarget();
        assertEquals(
                List.of(
                        "ApplicationStop",
                        "DownloadBundle",
                        "BeforeInstall",
                        "Install",
                        "AfterInstall",
                        "ApplicationStart",
                        "ValidateService"),
                target.lifecycleEvents().stream()
                        .map(LifecycleEvent::lifecycleEventName)
                        .toList());
        Duration sinceBoot = Duration.between(
                instance.launchTime().plusSeconds(6),
                target.lifecycleEvents().getFirst().startTime());
        assertEquals(5_455, sinceBoot.toMillis());
        assertEquals(
                List.of(id),
                codeDeploy
                        .listDeployments(
                                list -> list.applicationName("rest-api").deploymentGroupName("prod"))
                        .deployments());
        assertEquals(
                Sandbox.DEPLOYMENT_GROUP_ID,
                codeDeploy
                        .getDeploymentGroup(
                                get -> get.applicationName("rest-api").deploymentGroupName("prod"))
                        .deploymentGroupInfo()
                        .deploymentGroupId());
    }

    private DeploymentInfo deployment(String id) {
        return codeDeploy.getDeployment(get -> get.deploymentId(id)).deploymentInfo();
    }

    @Test
    void groupDeployment_touchesWhatIsInServiceOneByOne() {
        aws.advance(Duration.ofMinutes(5));
        Instance other = aws.group("web").launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(5));
        List<String> touched = Collections.synchronizedList(new ArrayList<>());
        aws.deploymentGroup().onDeployment((each, deployment) -> touched.add(each.id()));
        DeploymentInfo launch = deployment(instance.launchDeployment().orElseThrow());
        String id = codeDeploy
                .createDeployment(create -> create.applicationName("rest-api")
                        .deploymentGroupName("prod")
                        .revision(launch.revision())
                        .description("launch-guard 1/1"))
                .deploymentId();
        DeploymentLimitExceededException busy = assertThrows(
                DeploymentLimitExceededException.class,
                () -> codeDeploy.createDeployment(create -> create.applicationName("rest-api")
                        .deploymentGroupName("prod")
                        .revision(launch.revision())));
        assertEquals(
                "The Deployment Group 'prod' already has an active Deployment '" + id + "'",
                busy.awsErrorDetails().errorMessage());
        aws.advance(Duration.ofMinutes(5));
        assertEquals("Succeeded", deployment(id).statusAsString());
        assertEquals(List.of(instance.id(), other.id()), touched);
    }

    @Test
    void wrongRequests_areRefusedAsCodeDeployRefusesThem() {
        aws.advance(Duration.ofMinutes(5));
        DeploymentInfo launch = deployment(instance.launchDeployment().orElseThrow());
        assertThrows(
                InvalidTargetInstancesException.class,
                () -> codeDeploy.createDeployment(create -> create.applicationName("rest-api")
                        .deploymentGroupName("prod")
                        .revision(launch.revision())
                        .targetInstances(targets -> targets.autoScalingGroups("web"))));
        assertThrows(DeploymentDoesNotExistException.class, () -> deployment("d-000000000"));
        CodeDeployException error = assertThrows(
                CodeDeployException.class,
                () -> codeDeploy.batchGetDeploymentTargets(get ->
                        get.deploymentId(launch.deploymentId()).targetIds(Collections.nCopies(26, instance.id()))));
        assertEquals(
                "DeploymentTargetListSizeExceededException",
                error.awsErrorDetails().errorCode());
    }
}
