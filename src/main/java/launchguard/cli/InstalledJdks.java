package launchguard.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JDKs of this machine; compiled for Java 17 too, and in plain loops, which an old Java starts fastest. */
final class InstalledJdks {
    private static final String VERSION = "JAVA_VERSION=\"";

    private InstalledJdks() {}

    /** The first that is new enough; null where none is. */
    static @Nullable File atLeast(int feature) {
        for (File java : candidates()) {
            if (feature(java) >= feature) {
                return java;
            }
        }
        return null;
    }

    /** Where JDKs usually lie: named by the environment, or beside the one that runs now. */
    private static List<File> candidates() {
        List<File> javas = new ArrayList<>();
        for (String variable : new String[] {"LAUNCH_GUARD_JAVA_HOME", "JAVA_HOME"}) {
            String home = System.getenv(variable);
            if (home != null && !home.isEmpty()) {
                add(javas, new File(home));
            }
        }
        for (File folder :
                new File[] {new File(System.getProperty("java.home")).getParentFile(), new File("/usr/lib/jvm")}) {
            File[] beside = folder.listFiles();
            for (File home : beside == null ? new File[0] : beside) {
                add(javas, home);
            }
        }
        return javas;
    }

    private static void add(List<File> javas, File home) {
        File java = new File(home, "bin/java");
        if (java.canExecute()) {
            javas.add(java);
        }
    }

    /** The feature number that the JDK's own release file names; 0 when it names none. */
    private static int feature(File java) {
        File release = new File(java.getParentFile().getParentFile(), "release");
        try {
            for (String line : Files.readAllLines(release.toPath())) {
                if (line.startsWith(VERSION)) {
                    return leadingNumber(line.substring(VERSION.length()));
                }
            }
        } catch (IOException none) {
            return 0;
        }
        return 0;
    }

    private static int leadingNumber(String text) {
        int number = 0;
        for (int i = 0; i < Math.min(4, text.length()) && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }
}
