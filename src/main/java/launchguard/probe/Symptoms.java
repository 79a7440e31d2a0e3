package launchguard.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import launchguard.probe.Evidence.Symptom;
import org.jspecify.annotations.Nullable;

/**
 * Reads symptoms: the class of an exception, and the class or path of the JDK that it names as missing. No other word of
 * an application's log line is kept, neither of what an instance sends nor of evidence that an earlier version saved.
 */
final class Symptoms {
    private static final Pattern CLASS = Pattern.compile("(?:[A-Za-z_][\\w$]{0,80}\\.){0,12}[A-Z][\\w$]{0,120}");
    private static final Pattern JDK_CLASS = Pattern.compile(
            "(?:java|javax|jdk|sun|com\\.sun)\\.(?:[A-Za-z_][\\w$]{0,80}\\.){0,12}[A-Za-z_][\\w$]{0,120}");
    private static final Pattern JDK_FILE = Pattern.compile(
            "/[\\w./+@~:-]{1,200}/(?:lib|bin|conf)/[\\w./+-]{1,100}|lib[\\w-]{1,40}\\.so|[a-z][a-z0-9_]{1,30}");
    private static final Pattern OLD_CLASS = Pattern.compile("Could not initialize class (\\S+)");
    private static final Pattern OLD_FILE = Pattern.compile("FileNotFoundException: (\\S+)");

    private Symptoms() {}

    static @Nullable Symptom symptom(JsonNode json) {
        String exception = Json.text(json, "exception");
        String missing = Json.text(json, "missing");
        String line = Json.text(json, "line");
        if (exception == null && line != null) {
            var found = CLASS.matcher(line);
            exception = found.lookingAt() ? found.group() : null;
            missing = firstOf(line, OLD_CLASS);
            missing = missing == null ? firstOf(line, OLD_FILE) : missing;
        }
        if (exception == null || !CLASS.matcher(exception).matches()) {
            return null;
        }
        return new Symptom(Json.text(json, "file"), exception, ofTheJdk(missing));
    }

    private static @Nullable String firstOf(String line, Pattern form) {
        var found = form.matcher(line);
        return found.find() ? found.group(1) : null;
    }

    private static @Nullable String ofTheJdk(@Nullable String missing) {
        return missing != null
                        && (JDK_CLASS.matcher(missing).matches()
                                || JDK_FILE.matcher(missing).matches())
                ? missing
                : null;
    }
}
