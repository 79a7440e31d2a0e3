package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;

/** The filters of EC2 and Auto Scaling: all of them must fit, and each fits by any of its values. */
final class TagFilter {
    private TagFilter() {}

    static <T> Predicate<T> of(
            JsonNode filters,
            Function<T, Map<String, String>> tags,
            Map<String, Function<T, String>> fields,
            String unknownFilter) {
        Predicate<T> all = each -> true;
        for (JsonNode filter : filters) {
            String name = filter.path("Name").asText();
            List<Pattern> values = Json.strings(filter.path("Values")).stream()
                    .map(TagFilter::wildcards)
                    .toList();
            if (name.startsWith("tag:")) {
                String key = name.substring("tag:".length());
                all = all.and(each -> tags.apply(each).containsKey(key)
                        && fits(values, tags.apply(each).getOrDefault(key, "")));
            } else if (name.equals("tag-key")) {
                all = all.and(each -> tags.apply(each).keySet().stream().anyMatch(key -> fits(values, key)));
            } else if (name.equals("tag-value")) {
                all = all.and(each -> tags.apply(each).values().stream().anyMatch(value -> fits(values, value)));
            } else if (fields.containsKey(name)) {
                Function<T, String> field = fields.get(name);
                all = all.and(each -> fits(values, field.apply(each)));
            } else {
                throw new AwsError(unknownFilter, "The filter '" + name + "' is invalid");
            }
        }
        return all;
    }

    private static boolean fits(List<Pattern> values, String value) {
        return values.stream().anyMatch(pattern -> pattern.matcher(value).matches());
    }

    /** {@code *} and {@code ?} stand for others, after a backslash for themselves. */
    private static Pattern wildcards(String value) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == '\\' && i + 1 < value.length()) {
                i++;
                pattern.append(Pattern.quote(value.substring(i, i + 1)));
            } else {
                pattern.append(next == '*' ? ".*" : next == '?' ? "." : Pattern.quote(value.substring(i, i + 1)));
            }
        }
        return Pattern.compile(pattern.toString());
    }
}
