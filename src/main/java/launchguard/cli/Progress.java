package launchguard.cli;

import java.io.Console;
import java.io.PrintWriter;

/** Shows one line of progress on a terminal and overwrites it; silent if the output is no terminal. */
final class Progress {
    private final PrintWriter err;
    private final boolean watched;
    private int width;

    private Progress(PrintWriter err, boolean watched) {
        this.err = err;
        this.watched = watched;
    }

    /** Where output is redirected, one of the JDK's consoles is null and the other no terminal. */
    @SuppressWarnings("SystemConsoleNull")
    static Progress on(PrintWriter err) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        Progress progress = new Progress(err, terminal);
        if (terminal) {
            // Ctrl-C leaves the shell's prompt a line of its own.
            Runtime.getRuntime().addShutdownHook(new Thread(progress::clear));
        }
        return progress;
    }

    /** A progress without output, for a part of work whose own progress is shown. */
    static Progress unseen(PrintWriter err) {
        return new Progress(err, false);
    }

    synchronized void show(String line) {
        if (watched) {
            err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            err.flush();
            width = line.length();
        }
    }

    /** Leaves the line empty for what comes next. */
    synchronized void clear() {
        if (watched && width > 0) {
            err.print("\r" + " ".repeat(width) + "\r");
            err.flush();
            width = 0;
        }
    }
}
