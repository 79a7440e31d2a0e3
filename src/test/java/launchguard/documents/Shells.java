package launchguard.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.Thorough;

/** The shells that an instance's sh may be: that of Amazon Linux and RHEL in each build, the others with -Pthorough; what this machine lacks is named. */
final class Shells {
    private static final List<List<String>> WANTED = Thorough.RUN
            ? List.of(List.of("dash"), List.of("busybox", "sh"), List.of("mksh"))
            : List.of(List.of("bash"));

    private static final List<String> HERE = findThem();

    private Shells() {}

    static Stream<String> here() {
        return HERE.stream();
    }

    private static List<String> findThem() {
        List<String> here = new ArrayList<>();
        for (List<String> words : WANTED) {
            String name = String.join(" ", words);
            if (find(words.getFirst()).isPresent()) {
                here.add(name);
            } else {
                System.out.println("NOT RUN: the remedy scripts under " + name + ", which is not installed");
            }
        }
        if (here.isEmpty()) {
            here.add("sh");
        }
        return List.copyOf(here);
    }

    /** Where the program really lies. */
    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Shells::resolve);
    }

    private static Path resolve(Path link) {
        try {
            return link.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
