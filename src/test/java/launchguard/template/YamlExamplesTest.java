package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A bare {@code on} is true in YAML 1.1: no example and no template of ours has one as a value. */
class YamlExamplesTest {
    /** In a mapping's value or a list: on its own, and not quoted. */
    private static final Pattern BARE = Pattern.compile(
            "(?i)(value|default|allowedvalues|optinvalue)\\s*:\\s*(\\[.*,\\s*|\\[\\s*)?on\\s*([,}\\]#]|$)");

    private static List<Path> texts() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("."), 3)) {
            return files.filter(path -> path.toString().matches("\\./([^/]+|docs/[^/]+|prevention/.*)\\.(md|ya?ml)"))
                    .toList();
        }
    }

    @Test
    void noBareOn() throws IOException {
        List<String> bare = new ArrayList<>();
        for (Path path : texts()) {
            for (String line : Files.readAllLines(path)) {
                if (BARE.matcher(line).find()) {
                    bare.add(path + ": " + line);
                }
            }
        }
        assertEquals(List.of(), bare);
        assertTrue(BARE.matcher("  - {Key: launch-guard, Value: on, PropagateAtLaunch: true}")
                .find());
    }

    @Test
    void readmesAndFaq_showTheTagInQuotes() throws IOException {
        for (String page : List.of("README.md", "README.ja.md", "docs/faq.md")) {
            String text = Files.readString(Path.of(page));
            assertTrue(text.contains("{Key: launch-guard, Value: 'on', PropagateAtLaunch: true}"), page);
            assertTrue(text.contains("launch-guard=true"), page + " says why");
        }
    }
}
