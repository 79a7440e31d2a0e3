package launchguard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import launchguard.report.PlainText;

/**
 * Makes a JSON line of each line that a library or the JDK prints, so that the log holds nothing else: {@code System.out} and
 * {@code System.err} of the function's process. Lines that are JSON objects pass as they are.
 */
final class JsonLines extends OutputStream {
    private static final int LONGEST = 256 * 1024;

    private final PrintStream log;
    private final InstantSource clock;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    JsonLines(PrintStream log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Puts itself in the place of both streams, and gives the one that the log goes to. */
    static PrintStream install() {
        // The package has no logging backend, and slf4j would say so in three lines of text.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        PrintStream log = System.out;
        PrintStream lines = new PrintStream(new JsonLines(log, InstantSource.system()), true, StandardCharsets.UTF_8);
        System.setOut(lines);
        System.setErr(lines);
        return log;
    }

    @Override
    public synchronized void write(int octet) {
        if (octet == '\n') {
            print();
        } else if (line.size() < LONGEST) {
            line.write(octet);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    private void print() {
        String text = line.toString(StandardCharsets.UTF_8).strip();
        line.reset();
        if (text.startsWith("{") && text.endsWith("}")) {
            log.println(text);
        } else if (!text.isEmpty()) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("timestamp", clock.instant().toString());
            json.put("level", "WARN");
            json.put("service", "launch-guard");
            json.put("message", "printed: " + PlainText.text(text));
            log.println(json);
        }
    }
}
