package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import org.junit.jupiter.api.Test;

/** From an event to a repaired instance, over the real wire and the real scripts, nothing replayed. */
class EndToEndTest {
    @Test
    void launch_raced_isRedeployedAndProvedHealthy() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.scripts(ScriptRunner.live());
            Instance healthy = stage.launchWithFiles(FunctionStage.HEALTHY);
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals("CLOSED", stage.status(healthy));
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals("HEALTHY", stage.caseOf(broken).finding().verdict());
            assertEquals(1, stage.commands("Redeploy").size());
            assertEquals("InService", broken.lifecycle());
        }
    }
}
