import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles the bench beside the project's tests, and runs it: java -classpath CLASSPATH bench/Start.java all|times|loads|fleet|variants ROUNDS LARGEST ONLY */
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
        // The simulation first: it is the same on every machine, and what it leaves warm no figure of the other needs.
        if (arguments[0].equals("variants")) {
            run(libraries, "launchguard.bench.fleet.Variants", arguments[2], arguments.length > 3 ? arguments[3] : "");
            return;
        }
        if (!arguments[0].equals("times")) {
            run(libraries, "launchguard.bench.fleet.Loads", arguments[2], arguments.length > 3 ? arguments[3] : "");
        }
        if (arguments[0].equals("loads")) {
            return;
        }
        if (!arguments[0].equals("times")) {
            run(libraries, "launchguard.bench.fleet.Fleet", arguments[2]);
        }
        if (!arguments[0].equals("fleet")) {
            run(libraries, "launchguard.bench.Bench", arguments[1]);
        }
    }

    private static void run(String libraries, String main, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-classpath",
                CLASSES + File.pathSeparator + libraries,
                main));
        command.addAll(List.of(more));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            System.exit(code);
        }
    }
}
