package launchguard.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import launchguard.packaged.PackageLayout;

/** The package, with the bench's handlers beside it; and the same with the HTTP client that the SDK comes with. */
final class Layouts {
    /** What the SDK takes by default, and what it needs. */
    private static final String HTTP =
            "(apache-client|httpclient|httpcore|commons-codec|commons-logging)-[0-9].*\\.jar";

    private static final String NOT_BY_DEFAULT = ".*url-connection-client-.*";

    final PackageLayout ours;
    /** Of the archive that is uploaded. */
    final double megabytes;

    final Path defaults;

    Layouts(Path folder) throws IOException {
        ours = PackageLayout.make(folder.resolve("package"));
        megabytes = ours.archive().bytes() / 1e6;
        defaults = Files.createDirectories(folder.resolve("defaults"));
        Path libraries = Files.createDirectories(defaults.resolve("lib"));
        try (Stream<Path> jars = Files.list(ours.folder().resolve("lib"))) {
            for (Path jar :
                    jars.filter(jar -> !jar.toString().matches(NOT_BY_DEFAULT)).toList()) {
                Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
            }
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry).toAbsolutePath();
            if (jar.getFileName().toString().matches(HTTP)) {
                Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
            }
        }
        try (Stream<Path> jars = Files.list(libraries)) {
            if (jars.noneMatch(jar -> jar.getFileName().toString().startsWith("apache-client-"))) {
                throw new IllegalStateException(
                        "no apache-client on the class path, so nothing here has the SDK's defaults: run mvn -Pbench");
            }
        }
        Path bench = Path.of("target/bench-classes");
        for (Path layout : List.of(ours.folder(), defaults)) {
            copy(bench.resolve("launchguard/bench/Unprimed.class"), layout.resolve("launchguard/bench"));
            copy(bench.resolve("launchguard/bench/Defaults.class"), layout.resolve("launchguard/bench"));
            copy(
                    Path.of("target/test-classes/launchguard/packaged/NoOpFunction.class"),
                    layout.resolve("launchguard/packaged"));
        }
    }

    private static void copy(Path file, Path folder) throws IOException {
        Files.copy(file, Files.createDirectories(folder).resolve(file.getFileName()));
    }

    Path of(Variant variant) {
        return variant.defaults() ? defaults : ours.folder();
    }
}
