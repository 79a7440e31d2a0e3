import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles the bench beside the project's tests, and runs it: java -classpath CLASSPATH bench/Start.java times|fleet [ROUNDS] */
final class Start {
    private static final Path CLASSES = Path.of("target/bench-classes");

    private Start() {}

    public static void main(String[] arguments) throws Exception {
        Files.createDirectories(CLASSES);
        String libraries = System.getProperty("java.class.path");
        List<String> compile =
                new ArrayList<>(List.of("-nowarn", "-proc:full", "-d", CLASSES.toString(), "-classpath", libraries));
        try (var sources = Files.walk(Path.of("bench/java"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(compile::add);
        }
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, compile.toArray(String[]::new));
        if (code != 0) {
            System.exit(code);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                CLASSES + File.pathSeparator + libraries,
                arguments[0].equals("fleet") ? "launchguard.bench.fleet.Fleet" : "launchguard.bench.Bench"));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }
}
