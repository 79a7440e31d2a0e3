package launchguard.variants;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.corpus.RecordedInstance;

/** Folders that hold every program of this machine but one. */
final class Tools {
    private static final Map<String, String> MADE = new ConcurrentHashMap<>();

    private Tools() {}

    /** A search path on which one program is missing; the recorded commands are there, and need none of the rest. */
    static String without(String tool) {
        return MADE.computeIfAbsent(tool, Tools::make);
    }

    private static String make(String tool) {
        try {
            var folder = Files.createTempDirectory("without-" + tool);
            folder.toFile().deleteOnExit();
            for (var recorded : List.of("rpm", "systemctl")) {
                if (!recorded.equals(tool)) {
                    var script = folder.resolve(recorded);
                    Files.writeString(
                            script,
                            "#!/bin/sh\nPATH='" + System.getenv("PATH") + "'\nexec '"
                                    + RecordedInstance.commands().resolve(recorded) + "' \"$@\"\n");
                    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
                    script.toFile().deleteOnExit();
                }
            }
            for (var place : System.getenv("PATH").split(File.pathSeparator, -1)) {
                if (Files.isDirectory(Path.of(place))) {
                    link(Path.of(place), folder, tool);
                }
            }
            return folder.toString();
        } catch (IOException e) {
            throw new IllegalStateException("cannot make a path without " + tool, e);
        }
    }

    private static void link(Path place, Path folder, String tool) throws IOException {
        try (var programs = Files.list(place)) {
            for (var program : programs.toList()) {
                var name = program.getFileName().toString();
                var link = folder.resolve(name);
                if (!name.equals(tool) && Files.isExecutable(program) && !Files.exists(link)) {
                    Files.createSymbolicLink(link, program);
                    link.toFile().deleteOnExit();
                }
            }
        }
    }
}
