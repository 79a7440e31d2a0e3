package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CodeDeploy over the wire. */
class DeploymentsTest {
    private static final DeploymentId UNKNOWN = new DeploymentId("d-UNKNOWN01");
    private static final DeploymentGroup GROUP = new DeploymentGroup("rest-api", "prod", Sandbox.DEPLOYMENT_GROUP_ID);
    private static final DeploymentGroup NO_GROUP = new DeploymentGroup("rest-api", "nobody's", "3b1f");

    private final Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"));
    private final Deployments deployments = new Deployments(AdapterSandbox.clients(aws), aws.clock());
    private final GroupDeployments wholes = new GroupDeployments(AdapterSandbox.clients(aws));
    private final Instance instance = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");
    private final InstanceId id = new InstanceId(instance.id());
    private final DeploymentId launch;

    DeploymentsTest() {
        aws.advance(Duration.ofMinutes(3));
        launch = new DeploymentId(instance.launchDeployment().orElseThrow());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void record_saysHowADeploymentWentHere() {
        DeploymentRecord record = deployments.record(launch, id, GROUP).orElseThrow();
        assertEquals(Progress.SUCCEEDED, record.progress());
        assertEquals(GROUP.id(), record.groupId());
        Instant started = java.util.Objects.requireNonNull(record.startedAt());
        assertTrue(started.isBefore(java.util.Objects.requireNonNull(record.endedAt())), record.toString());
        assertNull(deployments.record(launch, id, null).orElseThrow().groupId());
    }

    @Test
    void record_ofAFailedDeployment() {
        Deployment deployment = aws.codeDeploy().all().getLast();
        aws.codeDeploy().fail(deployment, instance);
        assertEquals(
                Progress.FAILED,
                deployments.record(launch, id, GROUP).orElseThrow().progress());
    }

    @Test
    void unknownDeploymentsAndTargets_areEmpty() {
        assertEquals(Optional.empty(), deployments.record(UNKNOWN, id, GROUP));
        assertEquals(Optional.empty(), deployments.record(launch, new InstanceId("i-0000000000000dead"), GROUP));
        assertEquals(Optional.empty(), deployments.record(new DeploymentId("d-X"), id, GROUP));
        assertEquals(Optional.empty(), deployments.group(UNKNOWN));
        assertEquals(List.of(), deployments.instances(UNKNOWN, false));
    }

    @Test
    void errorsOfOtherKinds_areNotEmpty() {
        aws.faults().on("codedeploy", "BatchGetDeploymentTargets").fail("AccessDeniedException", "no");
        AwsFailureException denied =
                assertThrows(AwsFailureException.class, () -> deployments.record(launch, id, GROUP));
        assertTrue(
                String.valueOf(denied.getMessage()).contains("allow codedeploy:BatchGetDeploymentTargets"),
                denied.getMessage());
    }

    @Test
    void instances_ofADeployment() {
        assertEquals(List.of(id), deployments.instances(launch, false));
    }

    @Test
    void instances_ofADeploymentThatNeverStarted_areNone() {
        aws.faults().on("codedeploy", "ListDeploymentTargets").fail("DeploymentNotStartedException", "not started");
        assertEquals(List.of(), deployments.instances(launch, false));
    }

    @Test
    void group_ofADeployment() {
        assertEquals(Optional.of(GROUP), deployments.group(launch));
    }

    @Test
    void group_thatWasDeletedSince_isEmpty() {
        aws.faults().on("codedeploy", "GetDeploymentGroup").fail("DeploymentGroupDoesNotExistException", "deleted");
        assertEquals(Optional.empty(), deployments.group(launch));
    }

    @Test
    void redeploy_bringsWhatTheGroupLastDeployed_andIsFoundByItsMarker() {
        Instant since = aws.clock().instant();
        assertTrue(wholes.revisionCurrent(GROUP, launch));
        DeploymentId made = wholes.redeploy(GROUP, launch, "launch-guard A/1").orElseThrow();
        assertEquals(List.of(made), wholes.underWay(GROUP));
        assertEquals(GroupDeployments.State.UNDER_WAY, wholes.state(made));
        assertEquals(Optional.empty(), wholes.redeploy(GROUP, launch, "launch-guard A/2"));
        assertEquals(Optional.of(made), wholes.created(GROUP, "launch-guard A/1", since));
        assertEquals(Optional.empty(), wholes.created(GROUP, "launch-guard A/", since));
        aws.advance(Duration.ofMinutes(3));
        assertEquals(List.of(), wholes.underWay(GROUP));
        assertEquals(GroupDeployments.State.SUCCEEDED, wholes.state(made));
    }

    @Test
    void marker_isFoundAmongManyDeployments() {
        Instant since = aws.clock().instant();
        DeploymentId made = wholes.redeploy(GROUP, launch, "marker").orElseThrow();
        aws.advance(Duration.ofMinutes(3));
        for (int i = 0; i < 60; i++) {
            aws.codeDeploy()
                    .finish(
                            aws.codeDeploy().running(aws.deploymentGroup(), String.format("d-OTHERS%03d", i)),
                            "Succeeded");
        }
        assertEquals(Optional.of(made), wholes.created(GROUP, "marker", since));
    }

    @Test
    void olderRevision_isNotCurrent_andIsNeverDeployedAgain() {
        aws.deploymentGroup().released("rest-api/build-42.zip");
        aws.codeDeploy().finish(aws.codeDeploy().running(aws.deploymentGroup(), "d-RELEASE42"), "Succeeded");
        assertFalse(wholes.revisionCurrent(GROUP, launch));
        assertFalse(wholes.revisionCurrent(GROUP, new DeploymentId("d-ABCDEFGH1-local")));
        wholes.redeploy(GROUP, launch, "x");
        assertTrue(aws.calls()
                .of("codedeploy", "CreateDeployment")
                .getLast()
                .input()
                .toString()
                .contains("build-42"));
    }

    @Test
    void lostAnswer_isNotSentTwice_throttlingIs() {
        aws.faults().on("codedeploy", "CreateDeployment").nth(1).loseAnswer();
        Instant since = aws.clock().instant();
        assertThrows(AwsFailureException.class, () -> wholes.redeploy(GROUP, launch, "once"));
        assertEquals(1, aws.calls().of("codedeploy", "CreateDeployment").size());
        assertTrue(wholes.created(GROUP, "once", since).isPresent());
        aws.advance(Duration.ofMinutes(3));
        aws.faults().clear();
        aws.faults().on("codedeploy", "CreateDeployment").times(2).throttle();
        assertTrue(wholes.redeploy(GROUP, launch, "again").isPresent());
    }

    @Test
    void unknownGroup_isAFailure_notAQuietGroup() {
        assertThrows(AwsFailureException.class, () -> wholes.underWay(NO_GROUP));
    }
}
