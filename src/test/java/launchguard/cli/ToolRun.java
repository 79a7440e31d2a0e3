package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * One run of the command line inside this process.
 *
 * @param exit the exit code
 * @param out what it printed
 * @param err what it complained of
 */
public record ToolRun(int exit, String out, String err) {

    static ToolRun of(String... arguments) {
        return with("", arguments);
    }

    /** Takes the process's own streams, as a terminal would give them. */
    static synchronized ToolRun with(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        InputStream stdin = System.in;
        PrintStream stdout = System.out;
        PrintStream stderr = System.err;
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
            System.setOut(new PrintStream(out, true, UTF_8));
            System.setErr(new PrintStream(err, true, UTF_8));
            int exit = CommandLineTool.run(arguments);
            return new ToolRun(exit, out.toString(UTF_8), err.toString(UTF_8));
        } finally {
            System.setIn(stdin);
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }
}
