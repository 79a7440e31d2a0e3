package launchguard.accuracy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Seen;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** Writes the measured part of {@code docs/accuracy.md}: {@code mvn -q -Paccuracy}. */
public final class AccuracyDocument {
    static final Path FILE = Path.of("docs/accuracy.md");
    static final String BEGIN = "<!-- measured: mvn -q -Paccuracy writes from here -->";
    static final String END = "<!-- to here -->";

    private AccuracyDocument() {}

    static List<Scenario> scenarios() throws IOException {
        return Stream.of(
                        RecordedScenarios.boots(),
                        RecordedScenarios.jvms(),
                        RecordedScenarios.reports(),
                        Stream.of(LiveJvmScenarios.ownPidNamespace()),
                        BuiltScenarios.all(),
                        LiveJvmScenarios.all(),
                        PackageScenarios.all())
                .flatMap(Function.identity())
                .toList();
    }

    /** Judges all scenarios, and writes the results into the document. */
    public static void main(String[] arguments) throws Exception {
        Map<Scenario, Seen> seen = new LinkedHashMap<>();
        for (Scenario scenario : scenarios()) {
            if (!scenario.missing().isEmpty()) {
                throw new IllegalStateException(
                        scenario.name() + " needs " + scenario.missing() + ", which is not installed");
            }
            seen.put(scenario, look(scenario));
        }
        String text = Files.readString(FILE);
        Files.writeString(
                FILE,
                text.substring(0, text.indexOf(BEGIN)) + BEGIN + "\n" + measured(seen)
                        + text.substring(text.indexOf(END)));
        System.out.println(FILE + ": " + seen.size() + " scenarios");
    }

    static Seen look(Scenario scenario) throws Exception {
        Path directory = Files.createTempDirectory("launch");
        try {
            return scenario.look().in(directory);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static String measured(Map<Scenario, Seen> seen) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(seen.size() + " scenarios: " + sources(seen) + ".");
        lines.add("");
        lines.addAll(ours(seen));
        lines.add("");
        lines.addAll(naive(seen));
        lines.add("");
        lines.add("## Every scenario");
        lines.add("");
        lines.add("✗ marks a wrong answer.");
        lines.add("");
        lines.add("| scenario | made from | system | what happens | truth | Launch Guard | naive check |");
        lines.add("|---|---|---|---|---|---|---|");
        seen.forEach((scenario, what) -> lines.add(scenario.row(what)));
        lines.add("");
        return String.join("\n", lines) + "\n";
    }

    private static String sources(Map<Scenario, Seen> seen) {
        List<String> parts = new ArrayList<>();
        for (Scenario.Source source : Scenario.Source.values()) {
            long count = seen.keySet().stream()
                    .filter(scenario -> scenario.source() == source)
                    .count();
            parts.add(count + " × " + source.words());
        }
        return String.join(", ", parts);
    }

    /** What is done about an instance, for which verdicts stand: the columns. */
    private enum Meaning {
        BROKEN,
        BYSTANDER,
        WAIT,
        SOUND,
        UNKNOWN;

        static Meaning of(VerdictName verdict) {
            return switch (verdict) {
                case STALE_JDK, JDK_REPLACED, DEPLOYMENT_FAILED -> BROKEN;
                case STALE_BYSTANDER -> BYSTANDER;
                case STILL_BOOTING, BOOT_STUCK -> WAIT;
                case HEALTHY, LUCKY_RACE, NOT_DEPLOYED -> SOUND;
                case INCONCLUSIVE, UNREACHABLE -> UNKNOWN;
            };
        }
    }

    /** What is right to do. Where no verdict is right, too, the instance does not always prove more. */
    private enum Truth {
        BROKEN("broken: acted on"),
        BROKEN_UNPROVED("broken, not always provable: acted on, or no verdict"),
        BYSTANDER("only a bystander stale: reported"),
        WAIT("not finished: asked again or reported"),
        SOUND("sound: left alone"),
        SOUND_UNPROVED("sound, not always provable: left alone, or no verdict"),
        UNKNOWN("can't be known: never acted on");

        private final String words;

        Truth(String words) {
            this.words = words;
        }

        static Truth of(Scenario scenario) {
            var known = scenario.truth().stream()
                    .filter(VerdictName::conclusive)
                    .sorted()
                    .findFirst();
            var unproved = scenario.truth().contains(VerdictName.INCONCLUSIVE);
            if (known.isEmpty()) {
                return unproved ? UNKNOWN : WAIT;
            }
            return switch (Meaning.of(known.get())) {
                case BROKEN -> unproved ? BROKEN_UNPROVED : BROKEN;
                case BYSTANDER -> BYSTANDER;
                case SOUND -> unproved ? SOUND_UNPROVED : SOUND;
                case WAIT, UNKNOWN -> throw new IllegalStateException(known + " is conclusive");
            };
        }
    }

    private static List<String> ours(Map<Scenario, Seen> seen) {
        long wrong = seen.entrySet().stream()
                .filter(entry ->
                        !entry.getKey().truth().contains(entry.getValue().verdict()))
                .count();
        List<String> lines = new ArrayList<>(List.of("## Launch Guard", "", "Wrong verdicts: " + wrong + ".", ""));
        lines.add("| truth \\ verdict | acted on | bystander | wait | sound | can't be known |");
        lines.add("|---|---:|---:|---:|---:|---:|");
        for (Truth truth : Truth.values()) {
            StringBuilder line = new StringBuilder("| ").append(truth.words);
            for (Meaning given : Meaning.values()) {
                line.append(" | ")
                        .append(seen.entrySet().stream()
                                .filter(entry -> Truth.of(entry.getKey()) == truth
                                        && Meaning.of(entry.getValue().verdict()) == given)
                                .count());
            }
            lines.add(line.append(" |").toString());
        }
        return lines;
    }

    private static List<String> naive(Map<Scenario, Seen> seen) {
        long wrong = seen.entrySet().stream()
                .filter(entry -> !entry.getKey().rightNaively(entry.getValue().naive()))
                .count();
        List<String> lines = new ArrayList<>(List.of("## The naive check", "", "Wrong answers: " + wrong + ".", ""));
        lines.add("| truth \\ answer | broken | fine | no answer |");
        lines.add("|---|---:|---:|---:|");
        for (Truth truth : Truth.values()) {
            StringBuilder line = new StringBuilder("| ").append(truth.words);
            for (NaiveCheck.Answer given : NaiveCheck.Answer.values()) {
                line.append(" | ")
                        .append(seen.entrySet().stream()
                                .filter(entry -> Truth.of(entry.getKey()) == truth
                                        && entry.getValue().naive() == given)
                                .count());
            }
            lines.add(line.append(" |").toString());
        }
        return lines;
    }
}
