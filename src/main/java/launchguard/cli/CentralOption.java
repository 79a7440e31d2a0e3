package launchguard.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import launchguard.aws.CentralLog;
import launchguard.aws.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --central}: the events of all accounts, instead of one stack's table. */
final class CentralOption {
    @Option(
            names = "--central",
            paramLabel = "LOG_GROUP",
            description = "Instead of a table: all accounts, from the log group of packaging/central.yaml (its output"
                    + " LogGroupName).")
    private @Nullable String group;

    boolean asked() {
        return group != null;
    }

    /** What is wrong with the name; empty where nothing is. */
    Optional<String> fault() {
        return group != null && !group.matches("[A-Za-z0-9_./#-]{1,512}")
                ? Optional.of("--central takes a log group's name, as in /aws/events/launch-guard, not '" + group + "'")
                : Optional.empty();
    }

    /**
     * The cases of these launches, the newest first; lines that are not events of Launch Guard are counted on stderr.
     */
    List<CentralCase> cases(Session session, LaunchesOption launches, PrintWriter err) {
        if (group == null) {
            throw new IllegalStateException("no --central");
        }
        JsonMapper mapper = new JsonMapper();
        List<JsonNode> events = new ArrayList<>();
        int unreadable = 0;
        for (String line :
                new CentralLog(session.clients(), group).since(Instant.now().minus(launches.since.duration()))) {
            try {
                events.add(mapper.readTree(line));
            } catch (JsonProcessingException none) {
                unreadable++;
            }
        }
        CentralCase.Found found = CentralCase.of(events);
        if (found.unreadable() + unreadable > 0) {
            err.println("launch-guard: " + (found.unreadable() + unreadable)
                    + " lines of the log can't be read: they are no events of Launch Guard");
        }
        return found.cases().stream()
                .filter(stored -> launches.group == null || launches.group.equals(stored.group()))
                .toList();
    }
}
