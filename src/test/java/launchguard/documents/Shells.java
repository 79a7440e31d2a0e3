package launchguard.documents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The shells that an instance's sh may be; those that this machine lacks are named on the console. */
final class Shells {
    private static final List<List<String>> WANTED =
            List.of(List.of("sh"), List.of("dash"), List.of("bash"), List.of("busybox", "sh"), List.of("mksh"));

    private static final List<String> HERE = WANTED.stream()
            .filter(Shells::isHere)
            .map(words -> String.join(" ", words))
            .toList();

    private Shells() {}

    static Stream<String> here() {
        return HERE.stream();
    }

    private static boolean isHere(List<String> words) {
        boolean here = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, words.getFirst())));
        if (!here) {
            System.out.println(
                    "NOT RUN: the remedy scripts under " + String.join(" ", words) + ", which is not installed");
        }
        return here;
    }
}
