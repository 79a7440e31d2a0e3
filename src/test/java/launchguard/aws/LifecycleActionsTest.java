package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import launchguard.aws.LifecycleActions.Result;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** IAM has no condition on a hook's name: this test holds that CodeDeploy's hook is never answered. */
class LifecycleActionsTest {
    private static final GroupName WEB = new GroupName("web");
    private static final HookName CODE_DEPLOYS =
            new HookName("CodeDeploy-managed-automatic-launch-deployment-hook-prod-3b1f9a52");
    private static final InstanceId INSTANCE = new InstanceId("i-0123456789abcdef0");

    @Test
    void codeDeploysHook_isNeverTouched() {
        try (Sandbox aws = Sandbox.start()) {
            LifecycleActions lifecycle = new LifecycleActions(Functions.clients(aws));
            for (Executable call : List.<Executable>of(
                    () -> lifecycle.complete(WEB, CODE_DEPLOYS, INSTANCE, null, Result.CONTINUE),
                    () -> lifecycle.complete(WEB, CODE_DEPLOYS, INSTANCE, null, Result.ABANDON),
                    () -> lifecycle.heartbeat(WEB, CODE_DEPLOYS, INSTANCE, null),
                    () -> lifecycle.put(WEB, CODE_DEPLOYS, Duration.ofMinutes(10)),
                    () -> lifecycle.delete(WEB, CODE_DEPLOYS))) {
                assertThrows(IllegalArgumentException.class, call);
            }
            assertEquals(List.of(), aws.calls().all());
        }
    }
}
