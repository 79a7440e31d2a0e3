package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.template.IamRequest;
import launchguard.template.Role;

/** Records for the end of the build what the function called, and which statement of its role allows it; each once. */
public final class CalledActions {
    /** One file for each process of the tests; the build empties it before they begin. */
    public static final Path FOLDER = Path.of("target", "called-actions");

    /** First word of a line about a call that no statement allows. */
    public static final String DENIED = "DENIED";

    /** First word of a line about a call for which only the opt-in tag was missing, since it was removed. */
    private static final String HELD = "HELD";

    private static final Set<String> NOTED = ConcurrentHashMap.newKeySet();

    private CalledActions() {}

    static void note(Role role, IamRequest iamRequest) {
        String line = role.allows(iamRequest)
                .map(statement -> statement + " " + iamRequest.action())
                .orElseGet(() -> (role.heldByTag(iamRequest) ? HELD : DENIED) + " " + iamRequest.action() + " "
                        + iamRequest.resource() + " " + iamRequest.context());
        if (NOTED.add(line)) {
            write(line);
        }
    }

    private static synchronized void write(String line) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(
                    FOLDER.resolve(ProcessHandle.current().pid() + ".txt"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
