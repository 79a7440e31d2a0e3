package launchguard.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sentences of {@code words.properties}, filled in. */
public final class Sentences {
    private static final Pattern NAME = Pattern.compile("\\{([a-z]+)\\}");
    private static final Properties SENTENCES = load();

    private Sentences() {}

    /** A sentence without names. */
    public static String say(String key) {
        return say(key, Map.of());
    }

    /** A sentence with its names filled in; names in the values are not replaced. */
    public static String say(String key, Map<String, String> names) {
        String sentence = SENTENCES.getProperty(key);
        if (sentence == null) {
            throw new IllegalStateException("words.properties has no " + key);
        }
        return NAME.matcher(sentence).replaceAll(found -> {
            String value = names.get(found.group(1));
            if (value == null) {
                throw new IllegalStateException(key + " needs {" + found.group(1) + "}");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    static Set<String> keys() {
        return new TreeSet<>(SENTENCES.stringPropertyNames());
    }

    private static Properties load() {
        try (InputStream words = Sentences.class.getResourceAsStream("/launchguard/words.properties")) {
            Properties properties = new Properties();
            properties.load(
                    new InputStreamReader(Objects.requireNonNull(words, "words.properties"), StandardCharsets.UTF_8));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
