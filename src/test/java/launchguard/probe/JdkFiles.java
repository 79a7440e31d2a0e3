package launchguard.probe;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Copies a JDK, so that a test can change it or take it away under a JVM that runs from it. */
public final class JdkFiles {
    private JdkFiles() {}

    /** What a JVM needs to start and to wait; the one big file by link, where the file system allows it. */
    public static void copy(Path source, Path target) throws IOException {
        try (var files = Files.walk(source)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var name = source.relativize(file).toString();
                var wanted = name.equals("bin/java")
                        || name.equals("release")
                        || name.startsWith("conf/")
                        || (name.startsWith("lib/")
                                && !name.endsWith(".jsa")
                                && !name.endsWith(".zip")
                                && !name.endsWith("ct.sym"));
                if (wanted && Files.isRegularFile(file)) {
                    var copy = target.resolve(name);
                    Files.createDirectories(requireNonNull(copy.getParent()));
                    copy(file, copy, name.equals("lib/modules"));
                }
            }
        }
    }

    private static void copy(Path file, Path copy, boolean linked) throws IOException {
        try {
            if (linked) {
                Files.createLink(copy, file);
                return;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Another file system: copied like the rest.
        }
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
}
