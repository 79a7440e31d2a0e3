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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts the command line on a Java that can run it. Compiled for Java 17, so that a machine whose default java is older
 * than 25 gets either a JDK 25 that lies beside it or a sentence, not an UnsupportedClassVersionError.
 */
public final class Launcher {
    private static final int NEEDED = 25;
    private static final String RELAUNCHED = "launchguard.relaunched";
    private static final Pattern FEATURE = Pattern.compile("JAVA_VERSION=\"([0-9]{1,4}).*");

    private Launcher() {}

    /** Runs the command line in this Java if it is new enough, else in the first newer one found. */
    public static void main(String[] arguments) throws Exception {
        if (Runtime.version().feature() >= NEEDED) {
            Class.forName("launchguard.cli.CommandLineTool", true, libraries())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
            return;
        }
        // A JDK whose release file lies about its version must not start an endless row of processes.
        if (!Boolean.getBoolean(RELAUNCHED)) {
            for (File java : candidates()) {
                if (feature(java) >= NEEDED) {
                    System.exit(run(java, arguments));
                }
            }
        }
        System.err.println("launch-guard needs Java " + NEEDED + " or newer; this is " + Runtime.version()
                + " and none was found beside it. Set LAUNCH_GUARD_JAVA_HOME to a newer one.");
        System.exit(1);
    }

    /** Java looks for the libraries beside the name that the jar was called by; behind a link they lie elsewhere. */
    @SuppressWarnings("resource") // open for as long as the command runs
    private static ClassLoader libraries() throws IOException {
        Path named = Path.of(System.getProperty("java.class.path"));
        if (!Files.isRegularFile(named)
                || named.toRealPath().equals(named.toAbsolutePath().normalize())) {
            return Launcher.class.getClassLoader();
        }
        // Its parent knows nothing of ours, so that each class is found once.
        return new URLClassLoader(new URL[] {named.toRealPath().toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    private static int run(File java, String[] arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                java.getPath(),
                "-XX:TieredStopAtLevel=1",
                "-D" + RELAUNCHED + "=true",
                "-cp",
                System.getProperty("java.class.path"),
                Launcher.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** Where JDKs usually lie: named by the environment, or beside the one that runs now. */
    private static List<File> candidates() {
        List<File> homes = new ArrayList<>();
        Stream.of("LAUNCH_GUARD_JAVA_HOME", "JAVA_HOME")
                .map(System::getenv)
                .filter(home -> home != null && !home.isEmpty())
                .map(File::new)
                .forEach(homes::add);
        for (File folder :
                List.of(new File(System.getProperty("java.home")).getParentFile(), new File("/usr/lib/jvm"))) {
            File[] beside = folder.listFiles();
            homes.addAll(beside == null ? List.of() : Arrays.asList(beside));
        }
        return homes.stream()
                .map(home -> new File(home, "bin/java"))
                .filter(File::canExecute)
                .toList();
    }

    /** The feature number that the JDK's own release file names; 0 when it names none. */
    private static int feature(File java) {
        File release = new File(java.getParentFile().getParentFile(), "release");
        List<String> lines;
        try {
            lines = Files.readAllLines(release.toPath());
        } catch (IOException none) {
            return 0;
        }
        return lines.stream()
                .map(FEATURE::matcher)
                .filter(Matcher::matches)
                .mapToInt(version -> Integer.parseInt(version.group(1)))
                .findFirst()
                .orElse(0);
    }
}
