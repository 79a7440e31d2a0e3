package launchguard.cli;

import java.io.PrintStream;
import java.io.PrintWriter;

/** Standard error, for people: on a terminal a line is folded where the terminal ends. */
final class Messages extends PrintWriter {

    Messages(PrintStream err) {
        super(err, true, err.charset());
    }

    @Override
    public void println(String message) {
        super.println(Columns.here().fold(message));
    }
}
