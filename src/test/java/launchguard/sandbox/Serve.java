package launchguard.sandbox;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A region on this machine for the command line, until Ctrl-C: {@code mvn -q -Pserve}. Prints the variables that a shell
 * needs to have its AWS there.
 */
public final class Serve {
    private Serve() {}

    /** Argument: the function's mode. Ends with 2 where it is none. */
    public static void main(String[] arguments) throws InterruptedException {
        if (!List.of("observe", "remediate").contains(arguments[0])) {
            System.err.println("no mode " + arguments[0] + ": -Dmode= takes observe or remediate");
            System.exit(2);
        }
        ColumnPrinter terminal = ColumnPrinter.standard();
        terminal.say("Four launches in an embedded AWS, and the function that looks at them: some seconds ...");
        ServedRegion served = ServedRegion.start(arguments[0], InstantSource.system());
        Thread discard = new Thread(served.aws()::discard);
        Runtime.getRuntime().addShutdownHook(discard);
        // This ends when Maven's process ends.
        ProcessHandle.current()
                .parent()
                .ifPresent(starter -> Thread.ofPlatform().daemon().start(() -> {
                    starter.onExit().join();
                    System.exit(0);
                }));
        print(served, terminal);
        new CountDownLatch(1).await();
    }

    static void print(ServedRegion served, ColumnPrinter terminal) {
        terminal.say("");
        terminal.say("It runs until Ctrl-C. In another terminal, in this folder:");
        terminal.say("");
        served.variables().forEach((name, value) -> terminal.say("export " + name + "=" + value));
        terminal.say(
                "alias launch-guard=\"java -jar $PWD/target/launch-guard.jar\"    # made by: mvn -q -DskipTests package");
        terminal.say("");
        terminal.say(
                "Group web had four launches in the last 80 minutes: 'launch-guard cases' lists what became of them.");
        terminal.say("Group batch has " + served.before() + ", broken before the function was there: it was never");
        terminal.say("probed. 'launch-guard diagnose " + served.before() + "' probes it.");
    }
}
