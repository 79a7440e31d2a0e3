package launchguard;

import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** A process that starts the function as Lambda does, and in which libraries print. */
public final class PrintingProcess {
    private PrintingProcess() {}

    /** Prints in every way there is. */
    public static void main(String[] args) {
        new LaunchGuardFunction();
        System.out.println("a library prints");
        System.err.print("half a line, ");
        System.err.println("and the other half \u001b[31m \"quoted\"");
        System.out.println("{\"a\":\"line of JSON\"}");
        System.out.println();
        Logger.getLogger("jul").warning("from java.util.logging");
        LoggerFactory.getLogger("slf4j").warn("from slf4j");
        new IllegalStateException("a trace").printStackTrace();
    }
}
