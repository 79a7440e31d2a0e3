import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** A service that uses TLS for the first time when it is told to, as a service does hours after its start. */
public final class App {
    private static final Path SIGNAL = Path.of("/run/launch-trial/use-tls");

    private App() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("started, java " + System.getProperty("java.version"));
        while (!Files.exists(SIGNAL)) {
            Thread.sleep(100);
        }
        for (int use = 1; use <= 2; use++) {
            System.out.println("TLS " + use + ": " + tls());
        }
        Thread.sleep(3_600_000);
    }

    /** Linkage errors are what is looked for. */
    private static String tls() {
        try {
            SSLContext.getInstance("TLS").init(null, null, null);
            return "OK";
        } catch (Exception | LinkageError | InternalError broken) {
            broken.printStackTrace(System.out);
            return "FAIL " + broken;
        }
    }
}
