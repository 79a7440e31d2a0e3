package launchguard.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import launchguard.packaged.PackageLayout;

/** The package, with the bench's handlers beside it; and the same with the HTTP clients that the SDK comes with. */
final class Layouts {
    private static final String HTTP =
            "(apache-client|netty-nio-client|netty-.*|httpclient|httpcore|commons-codec|commons-logging)-[0-9].*\\.jar";

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
            for (Path jar : jars.toList()) {
                Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
            }
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry).toAbsolutePath();
            if (jar.getFileName().toString().matches(HTTP)) {
                Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
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
