package launchguard.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Gives a recorded root what it lacks of an instance that can be repaired. */
final class StandIns {
    private static final int PATIENCE_SECONDS = 20;

    private StandIns() {}

    static void prepare(Path root) throws IOException {
        Path script = Corpus.standIns().resolve("prepare-instance");
        if (!Files.exists(script)) {
            return;
        }
        Process process = new ProcessBuilder("/bin/sh", script.toString(), root.toString())
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("prepare-instance: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
