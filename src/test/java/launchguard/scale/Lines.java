package launchguard.scale;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** An output stream that passes each line to a consumer. */
final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Consumer<String> to;

    private Lines(Consumer<String> to) {
        this.to = to;
    }

    static PrintStream to(Consumer<String> reader) {
        return new PrintStream(new Lines(reader), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int octet) {
        if (octet == '\n') {
            to.accept(line.toString(StandardCharsets.UTF_8));
            line.reset();
        } else {
            line.write(octet);
        }
    }

    @Override
    public void write(byte[] octets, int from, int count) {
        for (int i = from; i < from + count; i++) {
            write(octets[i]);
        }
    }
}
