package launchguard.sandbox.dynamo;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import launchguard.HangGuard;
import launchguard.sandbox.CaseTable;
import launchguard.template.Template;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The contract on moto's DynamoDB (5.2.1 when this was written), where {@code moto_server} is installed. Each promise
 * that moto does not keep is overridden here, and the override fails once it does.
 */
@Tag("thorough")
class MotoTableTest extends TableContract {
    private static final String NOT_RUN = "moto_server is not installed (pip install 'moto[server]')";
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static @Nullable Process server;
    private static @Nullable DynamoDbClient client;
    private static URI endpoint = URI.create("http://127.0.0.1");

    private final String table = "cases-" + TABLES.incrementAndGet();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(command().isPresent(), NOT_RUN);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process started = new ProcessBuilder(command().orElseThrow(), "-p", String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        server = started;
        HangGuard.until("moto_server", () -> !started.isAlive() || answers(port));
        if (!started.isAlive()) {
            throw new IllegalStateException("moto_server ended with " + started.exitValue());
        }
        endpoint = URI.create("http://127.0.0.1:" + port);
        client = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.AP_NORTHEAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static Optional<String> command() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "moto_server"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.descendants().forEach(ProcessHandle::destroy);
            server.destroy();
        }
    }

    MotoTableTest() {
        CaseTable.create(
                endpoint, table, Template.read(Path.of("template.yaml")).tableDefinition());
    }

    @Override
    protected DynamoDbClient dynamo() {
        return Optional.ofNullable(client).orElseThrow();
    }

    @Override
    protected String table() {
        return table;
    }

    /** moto differs from AWS here; once it does not, this fails, and the override can be removed. */
    private static void differs(Runnable promise, String how) {
        assertThrows(Throwable.class, promise::run, "moto keeps this promise by now; it used to be that it " + how);
    }

    @Test
    @Override
    void item_isAsLargeAsFourHundredKilobytesAndNoLarger() {
        differs(super::item_isAsLargeAsFourHundredKilobytesAndNoLarger, "refuses items that are a little smaller");
    }

    @Test
    @Override
    void indexKeyOfAnotherType_isRefused() {
        differs(super::indexKeyOfAnotherType_isRefused, "does not look at the keys of indexes");
    }

    @Test
    @Override
    void requestToken_givesTheSameAnswerOnce_andOnlyForTheSameRequest() {
        differs(super::requestToken_givesTheSameAnswerOnce_andOnlyForTheSameRequest, "knows no request token");
    }

    @Test
    @Override
    void valueThatIsNotGiven_isRefused() {
        differs(super::valueThatIsNotGiven_isRefused, "breaks off with another error");
    }

    @Test
    @Override
    void query_needsItsKey() {
        differs(super::query_needsItsKey, "breaks off with another error");
    }

    @Test
    @Override
    void transaction_withAnItemThatIsTooLarge_isCancelledForThatReason() {
        differs(super::transaction_withAnItemThatIsTooLarge_isCancelledForThatReason, "refuses the whole call instead");
    }

    @Test
    @Override
    void reservedWord_isRefusedUnlessItHasAName() {
        differs(super::reservedWord_isRefusedUnlessItHasAName, "lets reserved words through in key conditions");
    }

    @Test
    @Override
    void valuesOfDifferentTypes_areNeverInOrder() {
        differs(super::valuesOfDifferentTypes_areNeverInOrder, "breaks off with another error");
    }

    @Test
    @Override
    void expressionThatCannotBeRead_isRefused() {
        differs(super::expressionThatCannotBeRead_isRefused, "breaks off with another error");
    }

    @Test
    @Override
    void update_thatCannotBeRead_isRefused() {
        differs(super::update_thatCannotBeRead_isRefused, "lets some of them through");
    }

    @Test
    @Override
    void update_ofWhatIsNoNumber_isCancelledForThatReason() {
        differs(super::update_ofWhatIsNoNumber_isCancelledForThatReason, "refuses the whole call instead");
    }

    @Test
    @Override
    void filterOnAKey_isRefusedInAQuery() {
        differs(super::filterOnAKey_isRefusedInAQuery, "filters by keys");
    }

    @Test
    @Override
    void unusedValueOrName_isRefused() {
        differs(super::unusedValueOrName_isRefused, "lets unused names through");
    }
}
