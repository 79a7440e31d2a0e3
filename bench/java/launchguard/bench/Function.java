package launchguard.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import launchguard.packaged.PackagedFunction;
import launchguard.packaged.RuntimeApi;

/** A started function, in Java or Python. */
interface Function extends AutoCloseable {
    /** Waits for the end of init; nanoseconds since the start. */
    long ready() throws Exception;

    String invoke(String event) throws Exception;

    ProcessHandle process();

    @Override
    void close();

    static Function start(Variant variant, Layouts layouts, Map<String, String> environment, Tls tls)
            throws IOException {
        Map<String, String> all = new TreeMap<>(environment);
        all.putAll(variant.more());
        return variant.python() ? new Python(all, tls) : new Java(variant, layouts, all, tls);
    }

    /** Under Lambda's runtime interface client. */
    record Java(PackagedFunction function) implements Function {
        Java(Variant variant, Layouts layouts, Map<String, String> environment, Tls tls) {
            this(new PackagedFunction(new PackagedFunction.Start(
                    layouts.of(variant),
                    variant.handler() + "::handleRequest",
                    environment,
                    List.of(),
                    List.of("-Djavax.net.ssl.trustStore=" + tls.trust()),
                    variant.megabytes() == 0 ? 1024 : variant.megabytes())));
        }

        @Override
        public long ready() {
            return function.ready();
        }

        @Override
        public String invoke(String event) {
            RuntimeApi.Reply reply = function.invoke(event);
            if (reply.failed()) {
                throw new IllegalStateException(reply.body() + function.printed());
            }
            return reply.body();
        }

        @Override
        public ProcessHandle process() {
            return function.process();
        }

        @Override
        public void close() {
            function.close();
        }
    }

    /** With a runtime of twenty lines. */
    final class Python implements Function {
        private final RuntimeApi api = new RuntimeApi();
        private final long startedAt = System.nanoTime();
        private final Process process;
        private final Path output;

        Python(Map<String, String> environment, Tls tls) throws IOException {
            Path peer = Path.of("bench/peer").toAbsolutePath();
            output = Files.createTempFile("launch-guard-peer", ".out");
            ProcessBuilder builder = new ProcessBuilder(
                            interpreter(), peer.resolve("runtime.py").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.environment().remove("AWS_ENDPOINT_URL");
            builder.environment()
                    .putAll(Map.of(
                            "PATH", "/usr/local/bin:/usr/bin:/bin",
                            "LAMBDA_TASK_ROOT", peer.toString(),
                            "_HANDLER", Variant.PEER,
                            "AWS_LAMBDA_RUNTIME_API", api.address(),
                            "AWS_DEFAULT_REGION", environment.getOrDefault("AWS_REGION", ""),
                            "AWS_CA_BUNDLE", tls.certificate().toString(),
                            "PYTHONDONTWRITEBYTECODE", "1"));
            process = builder.start();
        }

        @Override
        public long ready() throws Exception {
            return api.ready().get(60, TimeUnit.SECONDS) - startedAt;
        }

        @Override
        public String invoke(String event) throws Exception {
            try {
                return api.invoke(event).get(60, TimeUnit.SECONDS).body();
            } catch (java.util.concurrent.TimeoutException late) {
                throw new IllegalStateException(Files.readString(output), late);
            }
        }

        @Override
        public ProcessHandle process() {
            return process.toHandle();
        }

        @Override
        public void close() {
            process.destroyForcibly();
            api.close();
            try {
                Files.deleteIfExists(output);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        static boolean possible() {
            return !interpreter().isEmpty();
        }

        /** The Python that has boto3, as this process's own path finds it; empty where there is none. */
        private static String interpreter() {
            try {
                Process asked = new ProcessBuilder("python3", "-c", "import boto3, sys; print(sys.executable)")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String printed = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return asked.waitFor() == 0 ? printed.strip() : "";
            } catch (IOException | InterruptedException no) {
                return "";
            }
        }
    }
}
