package launchguard.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads optional members; one of the wrong kind counts as absent, since an instance may print anything. */
final class Json {
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_ITEMS = 1_000;

    private Json() {}

    static @Nullable String text(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        if (!value.isTextual()) {
            return null;
        }
        return cut(value.asText());
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    static String text(JsonNode parent, String name, String otherwise) {
        String text = text(parent, name);
        return text == null ? otherwise : text;
    }

    static @Nullable Double number(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isNumber() && Double.isFinite(value.asDouble()) ? value.asDouble() : null;
    }

    static @Nullable Integer integer(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isIntegralNumber() && value.canConvertToInt() ? value.asInt() : null;
    }

    static @Nullable Long count(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isIntegralNumber() && value.canConvertToLong() ? value.asLong() : null;
    }

    static @Nullable Boolean flag(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isBoolean() ? value.asBoolean() : null;
    }

    static boolean flag(JsonNode parent, String name, boolean otherwise) {
        Boolean value = flag(parent, name);
        return value == null ? otherwise : value;
    }

    static List<String> texts(JsonNode parent, String name) {
        return items(parent, name, item -> item.isTextual() ? cut(item.asText()) : null);
    }

    static <T> List<T> items(JsonNode parent, String name, Function<JsonNode, @Nullable T> reader) {
        List<T> items = new ArrayList<>();
        for (JsonNode item : parent.path(name)) {
            T read = items.size() < MAX_ITEMS ? reader.apply(item) : null;
            if (read != null) {
                items.add(read);
            }
        }
        return items;
    }
}
