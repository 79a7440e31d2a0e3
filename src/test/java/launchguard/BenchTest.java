package launchguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench is compiled only in its profile; this compiles the part that needs no library of that profile. */
@Tag("verify")
class BenchTest {
    @TempDir
    Path classes;

    @Test
    void bench_compilesAgainstTheSandboxOfToday() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(Path.of("bench/java"))) {
            List<Path> compiled = sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !text(file).contains("org.openjdk.jmh"))
                    .toList();
            assertTrue(compiled.size() > 15, compiled.toString());
            boolean done = compiler.getTask(
                            complaints,
                            files,
                            null,
                            List.of("-nowarn", "-proc:none", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(compiled))
                    .call();
            assertEquals("", done ? "" : complaints.toString());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
