package launchguard.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import launchguard.HangGuard;
import launchguard.packaged.RuntimeApi.Reply;

/**
 * One execution environment of a packaged function: a process of its own with the runtime interface client, the package as
 * its task root, and a Runtime API that hands it events. As a handler it passes events on to that process.
 */
public final class PackagedFunction implements RequestStreamHandler, AutoCloseable {
    private final RuntimeApi api = new RuntimeApi();
    private final Path folder;
    private final Path output;
    private final Process process;
    private final long startedAt;

    /**
     * How to start it.
     *
     * @param layout the task root
     * @param handler as the template names it
     * @param environment all that the function sees, beside what Lambda itself sets
     * @param before words before {@code java}: a command that limits its processor, for example
     * @param flags of the JVM, beside those that Lambda sets
     * @param memoryMegabytes what Lambda would give it; the heap is five sixths of it
     */
    public record Start(
            Path layout,
            String handler,
            Map<String, String> environment,
            List<String> before,
            List<String> flags,
            int memoryMegabytes) {
        /** Copies. */
        public Start {
            environment = Map.copyOf(environment);
            before = List.copyOf(before);
            flags = List.copyOf(flags);
        }

        /** The function of the template. */
        public static Start of(PackageLayout layout, Map<String, String> environment) {
            return new Start(
                    layout.folder(),
                    "launchguard.LaunchGuardFunction::handleRequest",
                    environment,
                    List.of(),
                    List.of(),
                    1024);
        }
    }

    /** Starts the process; {@link #ready} waits for the end of its init. */
    public PackagedFunction(Start start) {
        try {
            folder = Files.createTempDirectory("launch-guard-packaged");
            output = folder.resolve("output");
            ProcessBuilder builder = new ProcessBuilder(command(start, RuntimeClient.nativeLibrary(folder)));
            builder.directory(start.layout().toFile());
            builder.environment().clear();
            builder.environment().putAll(environment(start));
            builder.redirectErrorStream(true).redirectOutput(output.toFile());
            startedAt = System.nanoTime();
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Start start, Path nativeLibrary) {
        List<String> command = new ArrayList<>(start.before());
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xmx" + start.memoryMegabytes() * 5 / 6 + "m",
                "--enable-native-access=ALL-UNNAMED",
                // The client looks at where Lambda's own agents are; that costs a warning on a new JDK.
                "--sun-misc-unsafe-memory-access=allow",
                "-D" + RuntimeClient.NATIVE_PROPERTY + "=" + nativeLibrary,
                // As Lambda's java25 sets it by itself.
                "-XX:TieredStopAtLevel=1"));
        command.addAll(start.flags());
        command.addAll(List.of("-classpath", RuntimeClient.classPath(), RuntimeClient.MAIN, start.handler()));
        return command;
    }

    private Map<String, String> environment(Start start) {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "PATH", "/usr/local/bin:/usr/bin:/bin",
                "LANG", "en_US.UTF-8",
                "TZ", ":UTC",
                "AWS_LAMBDA_RUNTIME_API", api.address(),
                "AWS_LAMBDA_FUNCTION_NAME", "launch-guard",
                "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(start.memoryMegabytes()),
                "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/launch-guard",
                "AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef",
                "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"));
        environment.putAll(Map.of(
                "_HANDLER",
                start.handler(),
                "LAMBDA_TASK_ROOT",
                start.layout().toString(),
                "LAMBDA_RUNTIME_DIR",
                "/var/runtime",
                "AWS_EXECUTION_ENV",
                "AWS_Lambda_java25"));
        environment.putAll(start.environment());
        return environment;
    }

    /** Waits until init is over; nanoseconds since the process was started. */
    public long ready() {
        return await(api.ready()) - startedAt;
    }

    /** Gives it one event and waits for what comes back. */
    public Reply invoke(String event) {
        return await(api.invoke(event));
    }

    @Override
    public void handleRequest(InputStream input, OutputStream answer, Context context) throws IOException {
        Reply reply = await(api.invoke(new String(input.readAllBytes(), UTF_8)));
        if (reply.failed()) {
            throw new IllegalStateException(reply.body());
        }
        answer.write(reply.body().getBytes(UTF_8));
    }

    /** What the runtime asked of the Runtime API so far. */
    public List<String> asked() {
        return api.asked();
    }

    /** What it printed so far. */
    public String printed() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process, for measurements. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    private <T> T await(CompletableFuture<T> future) {
        try {
            CompletableFuture.anyOf(future, process.onExit()).get(HangGuard.LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!future.isDone()) {
                throw new IllegalStateException("the process ended with " + process.exitValue() + ": " + printed());
            }
            return future.get();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no answer; the process printed: " + printed(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        api.close();
        try {
            process.waitFor();
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
