package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder as it was, links and time stamps included. */
record Snapshot(List<Entry> entries) {
    static final Snapshot NONE = new Snapshot(List.of());

    /** One file, link or folder; {@code bytes} and {@code link} are null where it is none. */
    record Entry(
            Path name,
            FileTime time,
            byte @Nullable [] bytes,
            @Nullable Path link,
            boolean executable) {}

    static Snapshot of(Path folder) {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted().toList()) {
                boolean link = Files.isSymbolicLink(file);
                entries.add(new Entry(
                        folder.relativize(file),
                        Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS),
                        !link && Files.isRegularFile(file) ? Files.readAllBytes(file) : null,
                        link ? Files.readSymbolicLink(file) : null,
                        !link && Files.isExecutable(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Snapshot(List.copyOf(entries));
    }

    void restore(Path folder) {
        try {
            Folders.delete(folder);
            for (Entry entry : entries) {
                Path file = folder.resolve(entry.name());
                if (entry.link() != null) {
                    Files.createSymbolicLink(file, entry.link());
                } else if (entry.bytes() != null) {
                    Files.write(file, entry.bytes());
                    file.toFile().setExecutable(entry.executable());
                } else {
                    Files.createDirectories(file);
                }
            }
            // A folder's own time last: each file in it has moved it.
            for (Entry entry : entries.reversed()) {
                Files.getFileAttributeView(
                                folder.resolve(entry.name()), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setTimes(entry.time(), null, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
