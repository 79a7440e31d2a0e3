package launchguard.cli;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Starts the command line on a Java that can run it. Compiled for Java 17, so that a machine whose default java is
 * older than 25 uses a JDK 25 beside it or prints what is missing, and no UnsupportedClassVersionError.
 */
public final class Launcher {
    private static final int NEEDED = 25;
    private static final String RELAUNCHED = "launchguard.relaunched";

    private Launcher() {}

    /** Runs the command line in this Java if it is new enough, else in the first newer one found. */
    public static void main(String[] arguments) throws Exception {
        if (Runtime.version().feature() >= NEEDED) {
            Class.forName("launchguard.cli.CommandLineTool", true, libraries())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
            return;
        }
        // A JDK whose release file states a wrong version must not start an endless chain of processes.
        if (!Boolean.getBoolean(RELAUNCHED)) {
            File java = InstalledJdks.atLeast(NEEDED);
            if (java != null) {
                System.exit(run(java, arguments));
            }
        }
        System.err.println("launch-guard needs Java " + NEEDED + " or newer; this is " + Runtime.version()
                + " and none was found beside it. Set LAUNCH_GUARD_JAVA_HOME to a newer one.");
        System.exit(1);
    }

    /**
     * Java looks for the libraries in the folder of the name by which the jar was started; if that is a link, they are
     * elsewhere.
     */
    @SuppressWarnings("resource") // open for as long as the command runs
    private static ClassLoader libraries() throws IOException {
        String real = realClassPath();
        if (real.equals(System.getProperty("java.class.path"))) {
            return Launcher.class.getClassLoader();
        }
        // Its parent has none of our classes, so each class is loaded once.
        return new URLClassLoader(new URL[] {new File(real).toURI().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    /** The jar's own path if it was started through a link; else the class path as it is. */
    private static String realClassPath() throws IOException {
        String named = System.getProperty("java.class.path");
        Path jar = named.contains(File.pathSeparator) ? null : Path.of(named);
        return jar == null
                        || !Files.isRegularFile(jar)
                        || jar.toRealPath().equals(jar.toAbsolutePath().normalize())
                ? named
                : jar.toRealPath().toString();
    }

    private static int run(File java, String[] arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java.getPath());
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:-UsePerfData");
        command.add("-D" + RELAUNCHED + "=true");
        command.add("-cp");
        command.add(realClassPath());
        command.add(Launcher.class.getName());
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        // A signal to this process is meant for the command.
        Runtime.getRuntime().addShutdownHook(new Ending(process));
        return process.waitFor();
    }

    /** Not a lambda: the first lambda of a process takes longer than everything else here. */
    private static final class Ending extends Thread {
        private final Process process;

        Ending(Process process) {
            this.process = process;
        }

        @Override
        public void run() {
            process.destroy();
        }
    }
}
