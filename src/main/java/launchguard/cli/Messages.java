package launchguard.cli;

import java.io.PrintStream;
import java.io.PrintWriter;

/** Writes to standard error; on a terminal it folds lines to the terminal's width. */
final class Messages extends PrintWriter {

    Messages(PrintStream err) {
        super(err, true, err.charset());
    }

    @Override
    public void println(String message) {
        super.println(Columns.here().fold(message));
    }
}
