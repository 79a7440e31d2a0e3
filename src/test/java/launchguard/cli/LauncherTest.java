package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.HangGuard;
import launchguard.verdict.EvidenceText;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher as a real process, on an older java too where the machine has one. */
@Tag("verify")
class LauncherTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void onANewJava() throws Exception {
        assertEquals(13, run(Path.of(System.getProperty("java.home"), "bin/java"), ""));
        assertTrue(output().startsWith("STALE_BYSTANDER"), output());
    }

    @Test
    void onAnOldJavaItFindsTheNewOneBesideIt() throws Exception {
        assertEquals(13, run(oldJava(), System.getProperty("java.home")));
        assertTrue(output().startsWith("STALE_BYSTANDER"), output());
    }

    @Test
    void aJdkThatLiesAboutItsVersion_isNotStartedAgainAndAgain() throws Exception {
        Path liar = Files.createDirectories(folder.resolve("liar/bin"));
        Files.writeString(folder.resolve("liar/release"), "JAVA_VERSION=\"25.0.1\"\n");
        Path java = Files.writeString(liar.resolve("java"), "#!/bin/sh\nexec " + oldJava() + " \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertEquals(1, run(oldJava(), folder.resolve("liar").toString()));
        assertTrue(output().contains("needs Java 25"), output());
    }

    @Test
    void releaseFilesMayBeUnreadable() throws Exception {
        Path odd = Files.createDirectories(folder.resolve("odd/bin"));
        Files.write(folder.resolve("odd/release"), new byte[] {(byte) 0xC3, 0, (byte) 0xFF, '\n'});
        Path java = Files.writeString(odd.resolve("java"), "#!/bin/sh\nexit 99\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(run(oldJava(), folder.resolve("odd").toString()) != 99, output());
    }

    /** As a person may put it on the PATH: the libraries lie beside the jar, not beside the link. */
    @Test
    void calledThroughALink() throws Exception {
        Path jar = packaged(Files.createDirectories(folder.resolve("real place/lib")));
        Path link = Files.createSymbolicLink(
                Files.createDirectory(folder.resolve("elsewhere")).resolve("lg.jar"), jar);
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        assertEquals(13, run("", java, "-jar", jar.toString(), "explain", "-"), output());
        assertEquals(13, run("", java, "-jar", link.toString(), "explain", "-"), output());
        assertEquals(
                13,
                run(System.getProperty("java.home"), oldJava().toString(), "-jar", link.toString(), "explain", "-"),
                output());
    }

    /** Ending the launcher ends the Java that it has started. */
    @Test
    void endedFromOutside_itLeavesNothingBehind() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command(oldJava()));
        builder.environment().put("LAUNCH_GUARD_JAVA_HOME", System.getProperty("java.home"));
        Process first = builder.redirectErrorStream(true).start();
        HangGuard.until(
                "the Java that it starts",
                () -> !first.isAlive() || first.descendants().findAny().isPresent());
        ProcessHandle second = first.descendants().findFirst().orElseThrow();
        first.destroy();
        HangGuard.exit(first);
        HangGuard.until("its end", () -> !second.isAlive());
    }

    /**
     * The cost of a start grows with the classes that it loads, so classes are counted, compared with an empty Java
     * program. Seconds would depend on how busy the machine is.
     */
    @ParameterizedTest
    @CsvSource({"--help, 5.0", "explain -, 7.0"})
    void aStart_loadsFewClasses(String arguments, double atMost) throws Exception {
        long bare = loaded("-version").size();
        List<String> classes = loaded(Stream.concat(
                        Stream.of("-cp", classPath(), "launchguard.cli.Launcher"), Stream.of(arguments.split(" ", -1)))
                .toArray(String[]::new));
        assertTrue(bare > 300, bare + " classes of an empty Java");
        assertTrue(classes.size() < atMost * bare, classes.size() + " classes; " + bare + " in an empty Java");
        assertEquals(
                List.of(),
                classes.stream().filter(c -> c.startsWith("software.amazon.")).toList());
        assertEquals(
                List.of(),
                classes.stream()
                        .filter(c -> arguments.startsWith("explain")
                                && c.matches("launchguard\\.cli\\.(Sweep|Report|Replay).*"))
                        .toList(),
                "a command sets up no other");
    }

    private List<String> loaded(String... arguments) throws Exception {
        Path log = folder.resolve("classes.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:file=" + log + ":none"));
        command.addAll(List.of(arguments));
        run("", command.toArray(String[]::new));
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" source: "))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .toList();
        }
    }

    /** As the build does it: our classes in a jar whose manifest names the libraries in the folder beside it. */
    private static Path packaged(Path libraries) throws IOException {
        List<String> names = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = new File(entry).getName();
            if (name.matches("(picocli|jackson|jspecify).*\\.jar")) {
                Files.createSymbolicLink(libraries.resolve(name), Path.of(entry));
                names.add("lib/" + name);
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Launcher.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
        Path classes = Path.of("target/classes");
        Path jar = libraries.resolveSibling("tool.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
        }
        return jar;
    }

    private static Path oldJava() {
        File[] homes = new File("/usr/lib/jvm").listFiles();
        Path old = Stream.of(homes == null ? new File[0] : homes)
                .map(home -> home.toPath().resolve("bin/java"))
                .filter(java -> java.toString().contains("17") && Files.isExecutable(java))
                .findFirst()
                .orElse(null);
        assumeTrue(old != null, "no java 17 here: not run");
        return old == null ? Path.of("") : old;
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String[] command(Path java) {
        return new String[] {java.toString(), "-cp", classPath(), "launchguard.cli.Launcher", "explain", "-"};
    }

    private int run(Path java, String home) throws IOException, InterruptedException {
        return run(home, command(java));
    }

    private int run(String home, String... command) throws IOException, InterruptedException {
        Path evidence = Files.writeString(
                folder.resolve("evidence.json"),
                new EvidenceText().staleJvm(1, 20).json().toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("LAUNCH_GUARD_JAVA_HOME", home);
        builder.redirectInput(evidence.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        Process process = builder.start();
        return HangGuard.exit(process);
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"), UTF_8);
    }
}
