package launchguard.accuracy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The check that people write manually: the first line of the last deployment in the agent's log against the last line in
 * which cloud-init says that it has finished, both stamps taken as they stand.
 */
final class NaiveCheck {
    private static final String AGENT_LOG =
            "opt/codedeploy-agent/deployment-root/deployment-logs/codedeploy-agent-deployments.log";
    private static final Pattern LIFECYCLE = Pattern.compile(
            "^\\[(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d).*?\\](?: \\[([^\\]]*)\\])?.*LifecycleEvent - .*");
    private static final Pattern STAMP = Pattern.compile("^(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d).*");
    private static final Pattern SYSLOG = Pattern.compile("^([A-Z][a-z]{2} +\\d+ \\d\\d:\\d\\d:\\d\\d) .*");
    private static final Pattern FINISHED_AT =
            Pattern.compile(".*finished at [A-Za-z]+, (\\d+ [A-Za-z]+ \\d{4} \\d\\d:\\d\\d:\\d\\d).*");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private NaiveCheck() {}

    /** What it says. */
    enum Answer {
        BROKEN("broken"),
        FINE("fine"),
        NONE("no answer");

        private final String words;

        Answer(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** The answer that the order alone gives. */
    static Answer ofOrder(boolean deployedFirst) {
        return deployedFirst ? Answer.BROKEN : Answer.FINE;
    }

    /**
     * The answer on an instance.
     *
     * @param year the year of the reader; stamps of syslog have none
     */
    static Answer of(Path root, int year) throws IOException {
        LocalDateTime deployed = deployment(lines(root.resolve(AGENT_LOG)));
        LocalDateTime finished = finish(root, year);
        return deployed == null || finished == null ? Answer.NONE : ofOrder(deployed.isBefore(finished));
    }

    private static @Nullable LocalDateTime deployment(List<String> lines) {
        String last = "";
        LocalDateTime start = null;
        for (String line : lines) {
            Matcher matcher = LIFECYCLE.matcher(line);
            if (matcher.matches()) {
                String id = matcher.group(2) == null ? "none" : matcher.group(2);
                if (!id.equals(last)) {
                    last = id;
                    start = LocalDateTime.parse(matcher.group(1), ISO);
                }
            }
        }
        return start;
    }

    private static @Nullable LocalDateTime finish(Path root, int year) throws IOException {
        List<String> log = lines(root.resolve("var/log/cloud-init.log"));
        for (String words : List.of("finish: modules-final: ", " finished at ")) {
            for (String line : log.reversed()) {
                LocalDateTime stamp = line.contains(words) ? stamp(line, year) : null;
                if (stamp != null) {
                    return stamp;
                }
            }
        }
        for (String line : lines(root.resolve("var/log/cloud-init-output.log")).reversed()) {
            Matcher matcher = FINISHED_AT.matcher(line);
            if (matcher.matches()) {
                return LocalDateTime.parse(
                        matcher.group(1), DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss", Locale.ENGLISH));
            }
        }
        return null;
    }

    private static @Nullable LocalDateTime stamp(String line, int year) {
        Matcher full = STAMP.matcher(line);
        if (full.matches()) {
            return LocalDateTime.parse(full.group(1), ISO);
        }
        Matcher syslog = SYSLOG.matcher(line);
        try {
            return syslog.matches()
                    ? LocalDateTime.parse(
                            year + " " + syslog.group(1).replaceAll(" +", " "),
                            DateTimeFormatter.ofPattern("uuuu MMM d HH:mm:ss", Locale.ENGLISH))
                    : null;
        } catch (DateTimeParseException notADate) {
            return null;
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.isRegularFile(file) && Files.isReadable(file) ? Files.readAllLines(file, ISO_8859_1) : List.of();
    }
}
