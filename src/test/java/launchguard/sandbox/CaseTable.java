package launchguard.sandbox;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.sandbox.dynamo.TableSchema;
import launchguard.template.Template;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;

/** Makes the table that the template defines. */
public final class CaseTable {
    private static final Map<URI, DynamoDbClient> CLIENTS = new ConcurrentHashMap<>();

    private CaseTable() {}

    /** Makes it in the DynamoDB at that address, in the sandbox's region. */
    public static void create(URI dynamo, String name, Template.TableDefinition definition) {
        List<GlobalSecondaryIndex> indexes =
                definition.indexes().entrySet().stream().map(CaseTable::index).toList();
        client(dynamo)
                .createTable(table -> table.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(definition.attributes().entrySet().stream()
                                .map(attribute -> AttributeDefinition.builder()
                                        .attributeName(attribute.getKey())
                                        .attributeType(attribute.getValue())
                                        .build())
                                .toList())
                        .keySchema(keys(definition.key()))
                        .globalSecondaryIndexes(indexes));
    }

    /** As the sandbox's own DynamoDB takes it. */
    static TableSchema schema(Template.TableDefinition definition) {
        Map<String, TableSchema.Key> indexes = new TreeMap<>();
        definition.indexes().forEach((name, key) -> indexes.put(name, schema(key)));
        return new TableSchema(definition.attributes(), schema(definition.key()), indexes);
    }

    private static TableSchema.Key schema(Template.Key key) {
        return new TableSchema.Key(key.hash(), key.range());
    }

    private static DynamoDbClient client(URI dynamo) {
        return CLIENTS.computeIfAbsent(
                dynamo,
                uri -> DynamoDbClient.builder()
                        .endpointOverride(uri)
                        .region(Region.of(Names.REGION))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build());
    }

    private static GlobalSecondaryIndex index(Map.Entry<String, Template.Key> index) {
        return GlobalSecondaryIndex.builder()
                .indexName(index.getKey())
                .keySchema(keys(index.getValue()))
                .projection(Projection.builder()
                        .projectionType(ProjectionType.KEYS_ONLY)
                        .build())
                .build();
    }

    private static List<KeySchemaElement> keys(Template.Key key) {
        return List.of(key(key.hash(), KeyType.HASH), key(key.range(), KeyType.RANGE));
    }

    private static KeySchemaElement key(String attribute, KeyType type) {
        return KeySchemaElement.builder().attributeName(attribute).keyType(type).build();
    }
}
