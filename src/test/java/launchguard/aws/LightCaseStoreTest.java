package launchguard.aws;

import java.util.Map;
import launchguard.cases.CaseStore;
import launchguard.cases.CaseStoreContract;
import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.AfterEach;

/** The map that stands for DynamoDB in thousand-fold runs keeps the promises of every store. */
class LightCaseStoreTest extends CaseStoreContract {
    private final Sandbox aws = Sandbox.light(Map.of());
    private final DynamoCaseStore store =
            new DynamoCaseStore(Region.clients(aws), aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""));

    @AfterEach
    void stop() {
        aws.close();
    }

    @Override
    protected CaseStore store() {
        return store;
    }
}
