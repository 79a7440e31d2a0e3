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
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.verdict.EvidenceText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a real process, on an older java too where the machine has one. */
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
    void aJdkThatLiesAboutItsVersionStartsNoEndlessRow() throws Exception {
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

    private int run(Path java, String home) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return run(home, java.toString(), "-cp", classPath, "launchguard.cli.Launcher", "explain", "-");
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
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the launcher does not end");
        }
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"), UTF_8);
    }
}
