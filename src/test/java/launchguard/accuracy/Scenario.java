package launchguard.accuracy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import launchguard.verdict.VerdictName;

/**
 * One launch whose truth is known.
 *
 * @param name unique
 * @param source where what the probe reads comes from
 * @param system whose layout it has
 * @param about what happens, or which trap it sets
 * @param truth the verdicts that are right; more than one only where either is
 * @param missing programs that it needs and that are not installed
 * @param look runs the probe, the diagnosis and the naive check in an empty directory
 */
record Scenario(
        String name,
        Source source,
        String system,
        String about,
        Set<VerdictName> truth,
        List<String> missing,
        Look look) {
    /** How an issue or a pull request is named; the address of the one leads to the other. */
    private static final Pattern THREAD = Pattern.compile("([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)#(\\d+)");

    /** What makes a scenario. */
    enum Source {
        /** Files and answers of a real boot. */
        BOOT("recorded boot"),
        /** The /proc of a real JVM in a launch made for the test. */
        PROCESS("recorded JVM"),
        /** Files after what a public issue thread reports, in the formats of that system. */
        REPORT("built after a public report"),
        /** Files in the formats of that system, written for the test. */
        BUILT("built root"),
        /** A JVM that runs, its JDK changed manually, the true /proc. */
        LIVE("live JVM"),
        /** A JVM that runs, its JDK upgraded by the package manager, its true database. */
        PACKAGE("live JVM, real package upgrade");

        private final String words;

        Source(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Looks at one scenario. */
    @FunctionalInterface
    interface Look {
        Seen in(Path directory) throws Exception;
    }

    /**
     * Both answers.
     *
     * @param verdict ours
     * @param reason why, for people
     */
    record Seen(VerdictName verdict, String reason, NaiveCheck.Answer naive) {}

    String truthWords() {
        return truth.stream().sorted().map(VerdictName::name).collect(Collectors.joining(" or "));
    }

    /** The line of the document. */
    String row(Seen seen) {
        return String.join(
                " | ",
                "| " + name,
                source.words(),
                system,
                THREAD.matcher(about).replaceAll("[$0](https://github.com/$1/issues/$2)"),
                truthWords(),
                seen.verdict().name(),
                seen.naive().words() + (rightNaively(seen.naive()) ? "" : " ✗") + " |");
    }

    /** Whether the instance needs what is done for broken ones. */
    boolean broken() {
        return truth.stream().anyMatch(Scenario::actedOn);
    }

    static boolean actedOn(VerdictName verdict) {
        return verdict == VerdictName.STALE_JDK
                || verdict == VerdictName.JDK_REPLACED
                || verdict == VerdictName.DEPLOYMENT_FAILED;
    }

    /** Whether the naive check is right; no answer is useless but not wrong. */
    boolean rightNaively(NaiveCheck.Answer answer) {
        return answer == NaiveCheck.Answer.NONE || (answer == NaiveCheck.Answer.BROKEN) == broken();
    }
}
