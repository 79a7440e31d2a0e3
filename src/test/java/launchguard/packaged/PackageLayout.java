package launchguard.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * What {@code sam build} makes of this project: the compiled classes, and the run-time dependencies beside them in {@code
 * lib/}. Maven has to have packaged before: {@code target/classes} and {@code target/dependency} are where it comes from, as
 * {@code sam build} has it.
 */
public final class PackageLayout {
    private static final Path CLASSES = Path.of("target/classes");
    private static final Path LIBRARIES = Path.of("target/dependency");

    private final Path folder;

    private PackageLayout(Path folder) {
        this.folder = folder;
    }

    /** Makes the layout in that folder, in place of whatever was there. */
    public static PackageLayout make(Path folder) {
        try {
            if (!Files.isDirectory(LIBRARIES)) {
                throw new IllegalStateException("no " + LIBRARIES + ": run mvn package before");
            }
            delete(folder);
            copy(CLASSES, folder);
            copy(LIBRARIES, folder.resolve("lib"));
            return new PackageLayout(folder.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder, which is what Lambda has as its task root. */
    public Path folder() {
        return folder;
    }

    /** Sizes in bytes by path inside the layout. */
    public Map<String, Long> sizes() {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(folder.relativize(file).toString(), Files.size(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sizes;
    }

    /**
     * The archive that is uploaded.
     *
     * @param bytes of the whole
     * @param members the bytes that each takes in it
     */
    public record Archive(long bytes, Map<String, Long> members) {
        /** Copies. */
        public Archive {
            members = new TreeMap<>(members);
        }
    }

    /** Packs as the SAM CLI does, and measures. */
    public Archive archive() throws IOException {
        Path archive = Files.createTempFile("launch-guard", ".zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String path : sizes().keySet()) {
                zip.putNextEntry(new ZipEntry(path));
                Files.copy(folder.resolve(path), zip);
            }
        }
        Map<String, Long> members = new TreeMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            zip.stream().forEach(entry -> members.put(entry.getName(), entry.getCompressedSize()));
        }
        long bytes = Files.size(archive);
        Files.delete(archive);
        return new Archive(bytes, members);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
