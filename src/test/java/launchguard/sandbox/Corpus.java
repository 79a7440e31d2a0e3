package launchguard.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the recorded instances and the stand-ins for the machine's commands lie. */
final class Corpus {
    /** Maven runs tests and the demo in the project's folder. */
    private static final Path RESOURCES = Path.of("src", "test", "resources").toAbsolutePath();

    private Corpus() {}

    static Path scenario(String name) {
        Path folder = RESOURCES.resolve("corpus").resolve(name);
        if (!name.matches("[a-z0-9.-]+") || !Files.exists(folder.resolve("times.tsv"))) {
            throw new IllegalArgumentException("no recorded instance " + name);
        }
        return folder;
    }

    /** Answers of rpm and systemctl as recorded. */
    static Path commands() {
        return RESOURCES.resolve("corpus").resolve("bin");
    }

    /** Commands that act on a root as the real ones were seen to. */
    static Path standIns() {
        return RESOURCES.resolve("stand-ins");
    }
}
