package launchguard.sandbox.dynamo;

import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The sandbox's own table, behind its wire. */
class SandboxTableTest extends TableContract {
    private final Sandbox aws = Sandbox.start();
    private final DynamoDbClient dynamo =
            aws.configure(DynamoDbClient.builder()).build();

    @AfterEach
    void stop() {
        dynamo.close();
        aws.close();
    }

    @Override
    protected DynamoDbClient dynamo() {
        return dynamo;
    }

    @Override
    protected String table() {
        return aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
    }
}
