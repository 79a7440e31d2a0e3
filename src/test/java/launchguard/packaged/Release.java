package launchguard.packaged;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a user can deploy without building: {@code mvn -q -Prelease} writes it to {@code target/release} once Maven has
 * packaged. The same sources give the same bytes.
 */
public final class Release {
    private static final Path TEMPLATE = Path.of("template.yaml");
    private static final Path CHANGES = Path.of("CHANGELOG.md");
    private static final Path INGREDIENTS = Path.of("target/bom.json");
    private static final Path COMMAND_LINE = Path.of("target/launch-guard.jar");
    private static final Path LIBRARIES = Path.of("target/dependency");
    private static final Path OF_COMMAND_LINE = Path.of("target/cli");
    private static final String BUILT_HERE = "      CodeUri: .\n";
    private static final String PARAMETERS = "Parameters:\n";

    private final Path folder;
    private final String version;
    private final Instant timestamp;

    private Release(Path folder, String version, Instant timestamp) {
        this.folder = folder;
        this.version = version;
        this.timestamp = timestamp;
    }

    /** Arguments: folder, version, and the time that every file in an archive has. */
    public static void main(String[] arguments) throws IOException {
        List<Path> made = make(Path.of(arguments[0]), arguments[1], Instant.parse(arguments[2]));
        for (Path file : made) {
            System.out.println(file + "  " + Files.size(file) / 1024 + " KB");
        }
    }

    /** Makes the files of a release; gives them in the order in which they are made. */
    static List<Path> make(Path folder, String version, Instant timestamp) throws IOException {
        Files.createDirectories(folder);
        return new Release(folder, version, timestamp).make();
    }

    private List<Path> make() throws IOException {
        if (!Files.exists(INGREDIENTS)) {
            throw new IllegalStateException(
                    "no " + INGREDIENTS + ": a build that may reach its repository (no -o) writes it");
        }
        PackageLayout layout = PackageLayout.make(folder.resolveSibling("release-layout"));
        Map<String, Path> function = new TreeMap<>();
        layout.sizes()
                .keySet()
                .forEach(name -> function.put(name, layout.folder().resolve(name)));
        Map<String, Path> commandLine = new TreeMap<>(Map.of("launch-guard.jar", COMMAND_LINE));
        try (var libraries = Files.list(LIBRARIES)) {
            libraries.forEach(library -> commandLine.put("lib/" + library.getFileName(), library));
        }
        try (var libraries = Files.list(OF_COMMAND_LINE)) {
            libraries.forEach(library -> commandLine.put("cli/" + library.getFileName(), library));
        }
        List<Path> made = List.of(
                zip(function(version), function),
                zip("launch-guard-cli-" + version + ".zip", commandLine),
                Files.writeString(folder.resolve("template.yaml"), template(Files.readString(TEMPLATE), version)),
                Files.writeString(folder.resolve("NOTES.md"), notes(Files.readString(CHANGES), version)),
                Files.write(folder.resolve("bom.json"), Files.readAllBytes(INGREDIENTS)));
        Path sums = Files.writeString(
                folder.resolve("SHA256SUMS"), made.stream().map(Release::sum).collect(Collectors.joining()));
        return java.util.stream.Stream.concat(made.stream(), java.util.stream.Stream.of(sums))
                .toList();
    }

    /** The name of the function's archive, which is also the default of its key. */
    static String function(String version) {
        return "launch-guard-function-" + version + ".zip";
    }

    /** The stack's template, whose function comes from a bucket. */
    static String template(String text, String version) {
        if (text.split(BUILT_HERE, -1).length != 2 || text.split("\n" + PARAMETERS, -1).length != 2) {
            throw new IllegalStateException(
                    "template.yaml has another form: one CodeUri and one Parameters are expected");
        }
        return text.replace(BUILT_HERE, "      CodeUri: {Bucket: !Ref CodeBucket, Key: !Ref CodeKey}\n")
                .replace("\n" + PARAMETERS, "\n" + PARAMETERS + """
                          CodeBucket:
                            Type: String
                            Description: Bucket of this region that you have put the function's archive in
                            AllowedPattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'
                          CodeKey:
                            Type: String
                            Description: Key of the function's archive in that bucket
                            Default: KEY
                            MinLength: 1
                        """.replace("KEY", function(version)));
    }

    /** What changed in this version. */
    static String notes(String changes, String version) {
        Matcher section = Pattern.compile(
                        "(?ms)^## \\[" + Pattern.quote(version) + "] - (\\d{4}-\\d\\d-\\d\\d)\\n(.*?)(?=^## |\\z)")
                .matcher(changes);
        if (!section.find()) {
            throw new IllegalStateException("CHANGELOG.md has no dated section of version " + version);
        }
        return "# Launch Guard " + version + " (" + section.group(1) + ")\n\nInstall and upgrade: docs/release.md.\n"
                + section.group(2).stripTrailing() + "\n";
    }

    private Path zip(String name, Map<String, Path> members) throws IOException {
        Path archive = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Path> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry(member.getKey());
                entry.setLastModifiedTime(FileTime.from(timestamp));
                zip.putNextEntry(entry);
                Files.copy(member.getValue(), zip);
            }
        }
        return archive;
    }

    private static String sum(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest) + "  " + file.getFileName() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
