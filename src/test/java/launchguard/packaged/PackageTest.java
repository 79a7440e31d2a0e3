package launchguard.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the package, and what is not. */
@Tag("packaged")
class PackageTest {
    private static final Path OPERATIONS = Path.of("docs/operations.md");
    private static final String BEGIN = "<!-- package: begin -->\n";
    private static final String END = "<!-- package: end -->";
    /** Megabytes. */
    private static final long LAMBDAS_LIMIT = 262;

    private static final long OURS = 40_000_000;
    private static final long LARGE = 500_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static PackageLayout layout;

    @BeforeAll
    static void make() {
        layout = PackageLayout.make(folder.resolve("package"));
    }

    @Test
    void classes_areThoseOfTheProductAndNoOthers() throws IOException {
        Set<String> ofTests = classes(Path.of("target/test-classes"));
        Set<String> packaged = classes(layout.folder());
        assertTrue(ofTests.size() > 200, "no test classes to look for");
        Set<String> strays = new TreeSet<>(packaged);
        strays.retainAll(ofTests);
        // A package of tests has the name of the package that it tests.
        strays.removeIf(name -> name.endsWith("package-info.class"));
        assertEquals(Set.of(), strays);
        assertTrue(packaged.contains("launchguard/LaunchGuardFunction.class"));
        assertTrue(packaged.stream().allMatch(name -> name.startsWith("launchguard/")), packaged.toString());
        assertTrue(packaged.stream().noneMatch(name -> name.contains("/sandbox/")), packaged.toString());
    }

    @Test
    void libraries_holdNothingThatOnlyTestsNeed() throws IOException {
        Set<String> strays = new TreeSet<>();
        try (Stream<Path> jars = Files.list(layout.folder().resolve("lib"))) {
            for (Path jar : jars.toList()) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    file.stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.matches("(launchguard|org/junit|org/yaml|org/testcontainers"
                                    + "|com/tngtech|com/networknt|software/amazon/event/ruler"
                                    + "|com/amazonaws/services/lambda/runtime/api/client)/.*"))
                            .forEach(name -> strays.add(jar.getFileName() + ": " + name));
                }
            }
        }
        assertEquals(Set.of(), strays);
    }

    /** What only the command line asks: other accounts, sign-in with SSO, the central log. Its jar finds them beside itself. */
    @Test
    void librariesOfTheCommandLine_areNotTheFunctions() throws IOException {
        Set<String> own = new TreeSet<>();
        try (Stream<Path> jars = Files.list(Path.of("target/cli"))) {
            jars.forEach(jar -> own.add(jar.getFileName().toString()));
        }
        Set<String> named;
        try (JarFile jar = new JarFile("target/launch-guard.jar")) {
            named = Stream.of(jar.getManifest()
                            .getMainAttributes()
                            .getValue("Class-Path")
                            .split(" "))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        assertEquals(
                own,
                named.stream()
                        .filter(path -> path.startsWith("cli/"))
                        .map(path -> path.substring(4))
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertTrue(own.stream().anyMatch(name -> name.contains(".lambda-")), own.toString());
        own.forEach(name -> assertTrue(!layout.sizes().containsKey("lib/" + name), name));
    }

    /** The list of ingredients names each library, and nothing else. */
    @Test
    void bom_namesEachLibrary() throws IOException {
        Path bom = Path.of("target/bom.json");
        if (!Files.exists(bom)) {
            System.err.println("NOT RUN: no " + bom + ": its plugin does nothing while Maven is offline");
        }
        assumeTrue(Files.exists(bom), "no target/bom.json: Maven was offline");
        Set<String> listed = Json.parse(Files.readString(bom))
                .path("components")
                .valueStream()
                .map(part ->
                        part.path("group").asText() + "." + part.path("name").asText() + "-"
                                + part.path("version").asText() + ".jar")
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> packaged = layout.sizes().keySet().stream()
                .filter(path -> path.startsWith("lib/"))
                .map(path -> path.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(packaged, listed);
    }

    @Test
    void size_isWhatTheDocumentationSays() throws IOException {
        Map<String, Long> sizes = layout.sizes();
        double total = sum(sizes, path -> true);
        assertTrue(total < LAMBDAS_LIMIT, total + " MB");
        PackageLayout.Archive archive = layout.archive();
        assertTrue(archive.bytes() <= OURS, archive.bytes() + " bytes");
        String table = table(sizes, archive);
        String text = Files.readString(OPERATIONS);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        assertEquals(
                table, text.substring(begin, text.indexOf(END)), OPERATIONS + ": put there the first of these two");
    }

    /** To tenths of a megabyte, so that a class more or less does not count. */
    private static String table(Map<String, Long> sizes, PackageLayout.Archive archive) {
        StringBuilder table =
                new StringBuilder("| member | MB as Lambda unpacks it | MB in the archive |\n|---|---|---|\n");
        Map<String, Long> packed = archive.members();
        Predicate<String> library = path -> path.startsWith("lib/");
        Predicate<String> large = path -> library.test(path) && packed.getOrDefault(path, 0L) >= LARGE;
        packed.entrySet().stream()
                .filter(entry -> large.test(entry.getKey()))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> row(table, "`" + entry.getKey() + "`", sizes, packed, entry.getKey()::equals));
        long small =
                packed.keySet().stream().filter(library.and(large.negate())).count();
        row(table, small + " smaller libraries", sizes, packed, library.and(large.negate()));
        row(table, "Launch Guard itself", sizes, packed, library.negate());
        table.append(String.format(
                Locale.ROOT, "| **all** | %.1f | %.1f |\n", sum(sizes, path -> true), archive.bytes() / 1e6));
        return table.toString();
    }

    private static void row(
            StringBuilder table,
            String name,
            Map<String, Long> sizes,
            Map<String, Long> packed,
            Predicate<String> members) {
        table.append(
                String.format(Locale.ROOT, "| %s | %.1f | %.1f |\n", name, sum(sizes, members), sum(packed, members)));
    }

    private static double sum(Map<String, Long> sizes, Predicate<String> members) {
        return sizes.entrySet().stream()
                        .filter(entry -> members.test(entry.getKey()))
                        .mapToLong(Map.Entry::getValue)
                        .sum()
                / 1e6;
    }

    private static Set<String> classes(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> root.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
