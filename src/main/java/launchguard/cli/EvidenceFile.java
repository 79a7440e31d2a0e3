package launchguard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import launchguard.probe.UnreadableEvidenceException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads the probe's output from a file or standard input, and writes it to a file. */
final class EvidenceFile {
    private static final int MAX_BYTES = 1_000_000;

    private EvidenceFile() {}

    static String read(String name) throws IOException, UnreadableEvidenceException {
        byte[] bytes;
        if (name.equals("-")) {
            bytes = System.in.readNBytes(MAX_BYTES + 1);
        } else {
            try (InputStream file = Files.newInputStream(Path.of(name))) {
                bytes = file.readNBytes(MAX_BYTES + 1);
            }
        }
        if (bytes.length > MAX_BYTES) {
            throw new UnreadableEvidenceException(
                    "it is longer than " + MAX_BYTES + " bytes, and the probe prints no more than 16,000 characters");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** As {@link #read}, of a file named on the command line; what is wrong with the name is wrong usage. */
    static String given(CommandSpec spec, String name) throws IOException, UnreadableEvidenceException {
        try {
            return read(name);
        } catch (NoSuchFileException | InvalidPathException missing) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no file " + name + "; give a file that holds the probe's output, or -",
                    missing);
        } catch (IOException unreadable) {
            if (Files.isDirectory(Path.of(name))) {
                throw new ParameterException(
                        spec.commandLine(),
                        name + " is a directory; give a file that holds the probe's output, or -",
                        unreadable);
            }
            throw new IOException("can't read " + name + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** Whether a file can be written there; checked before the instance is probed. */
    static boolean keepable(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
    }

    static void keep(Path file, String printed) throws IOException {
        try {
            Files.writeString(file, printed);
        } catch (IOException full) {
            throw new IOException("can't write " + file + ": " + full.getMessage(), full);
        }
    }
}
