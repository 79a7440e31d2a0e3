import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;

/** A service that does some things for the first time when it is told to, as a service does hours after its start. */
public final class App {
    private static final Path SIGNAL = Path.of("/run/launch-trial/use");

    private App() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("started, java " + System.getProperty("java.version"));
        while (!Files.exists(SIGNAL)) {
            Thread.sleep(100);
        }
        attempt("TLS 1", App::tls);
        attempt("TLS 2", App::tls);
        attempt("exec", () -> new ProcessBuilder("/bin/true").start().waitFor());
        Thread.sleep(3_600_000);
    }

    private static Object tls() throws Exception {
        SSLContext.getInstance("TLS").init(null, null, null);
        return null;
    }

    /** Errors are what is looked for: a class that can't be linked is one. */
    private static void attempt(String name, Callable<?> work) {
        String outcome = "OK";
        try {
            work.call();
        } catch (Exception | Error broken) {
            broken.printStackTrace(System.out);
            outcome = "FAIL";
        }
        System.out.println(name + ": " + outcome);
    }
}
