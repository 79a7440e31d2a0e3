package launchguard;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * AWS's answers to the sample launch: EC2's and Auto Scaling's in XML, all others in JSON. They are as full as AWS's,
 * since each part of an answer that is read for the first time slows that reading down.
 */
final class SampleResponses {
    private SampleResponses() {}

    /** The text of that file, with a value in the place of each %word%. */
    static String filled(String file, Map<String, String> words) {
        String text = read(file);
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace("%" + word.getKey() + "%", escaped(file, word.getValue()));
        }
        return text;
    }

    private static String read(String file) {
        try (InputStream answer = SampleResponses.class.getResourceAsStream("/launchguard/rehearsal/" + file)) {
            if (answer == null) {
                throw new IllegalArgumentException("the rehearsal has no " + file);
            }
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(String file, String text) {
        return file.endsWith(".xml")
                ? text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                : new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
