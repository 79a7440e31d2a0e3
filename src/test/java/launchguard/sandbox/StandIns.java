package launchguard.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import launchguard.HangGuard;

/** Gives a recorded root what it lacks of an instance that can be repaired. */
final class StandIns {
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
            String said = HangGuard.output(process);
            if (process.exitValue() != 0) {
                throw new IOException("prepare-instance: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
