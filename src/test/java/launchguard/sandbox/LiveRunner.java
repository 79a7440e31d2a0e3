package launchguard.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import launchguard.HangGuard;

/** Runs scripts for real, as SSM's agent does: sh with a script file, nothing on stdin, hardly any environment. */
final class LiveRunner implements ScriptRunner {
    private static final int KILLED = 137;

    @Override
    public Result run(InstanceRoot root, String script, Duration limit) {
        try {
            Path folder = Files.createTempDirectory("launch-guard-script");
            try {
                return run(root, folder, script, limit.compareTo(HangGuard.LIMIT) < 0 ? limit : HangGuard.LIMIT);
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result run(InstanceRoot root, Path folder, String script, Duration limit) throws IOException {
        Path file = Files.writeString(folder.resolve("_script.sh"), script);
        Path stdout = folder.resolve("stdout");
        Path stderr = folder.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", file.toString())
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        environment(builder.environment(), root);
        Process process = builder.start();
        boolean killed = false;
        try {
            killed = !process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            killed = true;
        }
        if (killed) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Result(killed ? KILLED : process.exitValue(), text(stdout), text(stderr), killed);
    }

    private static void environment(Map<String, String> environment, InstanceRoot root) {
        String machine = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", Corpus.standIns() + ":" + Corpus.commands() + ":" + machine);
        environment.put("LANG", "C.UTF-8");
        environment.put("LAUNCH_GUARD_ROOT", root.path().toString());
        if (Files.exists(root.recordedView())) {
            environment.put("CORPUS_VIEW", root.recordedView().toString());
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
