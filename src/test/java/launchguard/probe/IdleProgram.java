package launchguard.probe;

/** A JVM to probe: prints that it runs, then waits for its stdin to end. */
public final class IdleProgram {

    private IdleProgram() {}

    /** Prints one line once all is loaded. */
    public static void main(String[] arguments) throws Exception {
        System.out.println(
                "java.lang.NoClassDefFoundError: Could not initialize class sun.security.ssl.SSLContextImpl");
        System.out.println("token=secret java.lang.IllegalStateException: not a symptom");
        while (System.in.read() >= 0) {}
    }
}
