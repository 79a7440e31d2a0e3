package launchguard.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import launchguard.aws.Clients;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.DynamoCaseStore;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.CaseStore;
import launchguard.cases.CaseStoreContract;
import launchguard.cases.SampleCases;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.InstanceId;
import launchguard.sandbox.CaseTable;
import launchguard.sandbox.dynamo.TableContract;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.DocumentFormat;
import software.amazon.awssdk.services.ssm.model.DocumentType;

/**
 * The adapters against LocalStack, as far as its free image covers them. It records commands and runs none, and has no
 * CodeDeploy and no Auto Scaling: those are tested on the sandbox.
 */
@Tag("verify")
class LocalStackTest {
    /** The last one that starts without a token. */
    private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.14.0");

    private static final String NOT_RUN = "NOT RUN: LocalStack tests, Docker is not available";
    private static final Region REGION = Region.AP_NORTHEAST_1;
    private static final StaticCredentialsProvider WHO =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    private static final Template STACK = Template.read(Path.of("template.yaml"));
    private static final CaseId ID = SampleCases.id(1, 1_790_000_000, 1);

    @SuppressWarnings("NullAway.Init")
    private static LocalStackContainer container;

    @SuppressWarnings("NullAway.Init")
    private static URI endpoint;

    @SuppressWarnings("NullAway.Init")
    private static Clients clients;

    @BeforeAll
    static void start() {
        boolean docker = DockerClientFactory.instance().isDockerAvailable();
        if (!docker) {
            // A skip is one word in a long log, so this says clearly that the tests did not run.
            System.out.println("\n" + NOT_RUN + "\n");
        }
        assumeTrue(docker, NOT_RUN);
        container = new LocalStackContainer(IMAGE).withServices("ssm", "dynamodb", "sqs", "ec2");
        container.start();
        endpoint = container.getEndpoint();
        clients = Clients.with(
                builder -> builder.endpointOverride(endpoint).region(REGION).credentialsProvider(WHO));
    }

    @AfterAll
    static void stop() {
        if (container != null) {
            container.stop();
        }
    }

    private static <B extends AwsClientBuilder<B, ?> & SdkSyncClientBuilder<B, ?>> B own(B builder) {
        return builder.endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(WHO)
                .httpClientBuilder(UrlConnectionHttpClient.builder());
    }

    /** That the documents are accepted proves the wire format only: LocalStack checks no schema, and runs nothing. */
    @Test
    void documents_areAccepted_andCommandsRecorded() throws Exception {
        try (SsmClient ssm = own(SsmClient.builder()).build()) {
            for (Template.Document document : STACK.documents().values()) {
                assertEquals(
                        document.name(),
                        ssm.createDocument(create -> create.name(document.name())
                                        .content(document.content())
                                        .documentType(DocumentType.COMMAND)
                                        .documentFormat(DocumentFormat.JSON))
                                .documentDescription()
                                .name());
            }
        }
        InstanceId instance = launch("on");
        Commands commands = new Commands(clients, "LaunchGuard");
        Instant before = Instant.now().minusSeconds(60);
        CommandId sent = commands.send(
                Document.PROBE,
                List.of(instance),
                Map.of("waitSeconds", "0", "deploymentId", ""),
                "launch-guard localstack/1",
                60);
        assertEquals(Optional.of(sent), commands.sent(Document.PROBE, "launch-guard localstack/1", before));
        assertEquals(Optional.empty(), commands.sent(Document.PROBE, "launch-guard localstack/2", before));
        CommandAnswer.Ended ended = assertInstanceOf(CommandAnswer.Ended.class, commands.answer(sent, instance));
        assertEquals("Success", ended.status());
    }

    private static InstanceId launch(String optIn) {
        try (Ec2Client ec2 = own(Ec2Client.builder()).build()) {
            return new InstanceId(ec2.runInstances(run -> run.imageId("ami-0123456789abcdef0")
                            .instanceType(InstanceType.M5_LARGE)
                            .minCount(1)
                            .maxCount(1)
                            .tagSpecifications(TagSpecification.builder()
                                    .resourceType(ResourceType.INSTANCE)
                                    .tags(software.amazon.awssdk.services.ec2.model.Tag.builder()
                                            .key("launch-guard")
                                            .value(optIn)
                                            .build())
                                    .build()))
                    .instances()
                    .getFirst()
                    .instanceId());
        }
    }

    @Test
    void instances_areDescribedByFilter_andTagged() {
        InstanceId instanceId = launch("on");
        InstanceId two = launch("off");
        InstanceId unknown = ID.instance();
        Instances instances = new Instances(clients);
        instances.tag(instanceId, Map.of("launch-guard:verdict", "HEALTHY", "launch-guard:case", "x"));
        Map<InstanceId, Instances.Facts> known = instances.describe(List.of(instanceId, two, unknown));
        assertEquals(2, known.size());
        Instances.Facts first = Optional.ofNullable(known.get(instanceId)).orElseThrow();
        assertTrue(first.running());
        assertTrue(Duration.between(first.launchedAt(), Instant.now()).abs().compareTo(Duration.ofHours(1)) < 0);
        assertEquals("on", first.tags().get("launch-guard"));
        assertEquals("HEALTHY", first.tags().get("launch-guard:verdict"));
    }

    @Test
    void rechecks_comeWhenDue_andWhatIsNeverDoneGoesToTheDeadLetters() {
        try (SqsClient sqs = own(SqsClient.builder()).build()) {
            String dead =
                    sqs.createQueue(create -> create.queueName("dead-letters")).queueUrl();
            String deadArn = sqs.getQueueAttributes(
                            get -> get.queueUrl(dead).attributeNames(QueueAttributeName.QUEUE_ARN))
                    .attributes()
                    .get(QueueAttributeName.QUEUE_ARN);
            String queue = sqs.createQueue(create -> create.queueName("signals")
                            .attributes(Map.of(
                                    QueueAttributeName.REDRIVE_POLICY,
                                    "{\"deadLetterTargetArn\":\"" + deadArn + "\",\"maxReceiveCount\":\"2\"}")))
                    .queueUrl();
            new RecheckQueue(clients, queue, "launch-guard.recheck").sendRecheck(ID, 1, Duration.ZERO);
            for (int i = 0; i < 2; i++) {
                assertTrue(receive(sqs, queue).getFirst().body().contains(ID.toString()));
            }
            assertEquals(List.of(), receive(sqs, queue));
            assertTrue(receive(sqs, dead).getFirst().body().contains(ID.toString()));
        }
    }

    /** Given back at once: as a function does that fails. */
    private static List<Message> receive(SqsClient sqs, String queue) {
        return sqs.receiveMessage(
                        get -> get.queueUrl(queue).visibilityTimeout(0).waitTimeSeconds(2))
                .messages();
    }

    /** The same contract as on the sandbox; each promise on a table of its own. */
    @Nested
    class Store extends CaseStoreContract {
        private static final AtomicInteger TABLES = new AtomicInteger();

        private final String table = "cases-" + TABLES.incrementAndGet();
        private final DynamoCaseStore store = new DynamoCaseStore(clients, table);

        Store() {
            CaseTable.create(endpoint, table, STACK.tableDefinition());
        }

        @Override
        protected CaseStore store() {
            return store;
        }
    }

    /** What the sandbox's own table keeps. */
    @Nested
    class Table extends TableContract {
        private static final AtomicInteger TABLES = new AtomicInteger();

        private final String table = "table-" + TABLES.incrementAndGet();
        private final DynamoDbClient dynamo = own(DynamoDbClient.builder()).build();

        Table() {
            CaseTable.create(endpoint, table, STACK.tableDefinition());
        }

        @AfterEach
        void close() {
            dynamo.close();
        }

        @Override
        protected DynamoDbClient dynamo() {
            return dynamo;
        }

        @Override
        protected String table() {
            return table;
        }
    }
}
