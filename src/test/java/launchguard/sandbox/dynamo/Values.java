package launchguard.sandbox.dynamo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import launchguard.sandbox.wire.AwsError;

/** Attribute values: what is one, how large it is, and how two of them compare. */
final class Values {
    private static final Set<String> TYPES = Set.of("S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS");
    private static final int MOST_DIGITS = 38;
    private static final int LARGEST_EXPONENT = 125;
    private static final int CONTAINER = 3;

    private Values() {}

    static AwsError invalid(String message) {
        return new AwsError("ValidationException", message);
    }

    /** Refuses what is no attribute value. */
    static void check(JsonNode value) {
        if (value.size() != 1 || !TYPES.contains(type(value))) {
            throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        }
        JsonNode content = value.elements().next();
        switch (type(value)) {
            case "N" -> number(content.asText());
            case "L" -> content.forEach(Values::check);
            case "M" -> content.forEach(Values::check);
            case "SS", "NS", "BS" -> {
                if (content.isEmpty()) {
                    throw invalid("One or more parameter values were invalid: An string set  may not be empty");
                }
            }
            default -> {}
        }
    }

    static String type(JsonNode value) {
        return value.isEmpty() ? "" : value.fieldNames().next();
    }

    static BigDecimal number(String text) {
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw invalid("The parameter cannot be converted to a numeric value: " + text);
        }
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.precision() > MOST_DIGITS) {
            throw invalid("Attempting to store more than 38 significant digits in a Number");
        } else if (Math.abs(plain.precision() - plain.scale()) > LARGEST_EXPONENT + 1) {
            throw invalid("Number overflow. Attempting to store a number with magnitude larger than supported range");
        }
        return number;
    }

    /** Strings by their UTF-8 bytes, numbers by what they are; values of different types are in no order. */
    static int compare(JsonNode node, JsonNode other) {
        return type(node).equals("N")
                ? number(node.path("N").asText())
                        .compareTo(number(other.path("N").asText()))
                : Arrays.compareUnsigned(
                        node.path("S").asText().getBytes(UTF_8),
                        other.path("S").asText().getBytes(UTF_8));
    }

    static boolean equal(JsonNode node, JsonNode other) {
        return type(node).equals(type(other))
                && (type(node).equals("N") ? compare(node, other) == 0 : node.equals(other));
    }

    /** As AWS counts what an item may not have more than 400 KB of: names and values in UTF-8 bytes. */
    static int size(JsonNode item) {
        int size = 0;
        for (Map.Entry<String, JsonNode> attribute : item.properties()) {
            size += attribute.getKey().getBytes(UTF_8).length + sizeOf(attribute.getValue());
        }
        return size;
    }

    private static int sizeOf(JsonNode value) {
        JsonNode content = value.elements().next();
        return switch (type(value)) {
            case "S" -> bytes(content);
            case "N" -> bytesOfNumber(content.asText());
            case "B" -> content.asText().length() / 4 * 3;
            case "BOOL", "NULL" -> 1;
            case "M" -> CONTAINER + size(content) + content.size();
            case "L" -> {
                int size = CONTAINER + content.size();
                for (JsonNode each : content) {
                    size += sizeOf(each);
                }
                yield size;
            }
            default -> {
                int size = 0;
                for (JsonNode each : content) {
                    size += bytes(each);
                }
                yield size;
            }
        };
    }

    /** A half of a character of four bytes is written as the replacement character, which has three. */
    private static int bytes(JsonNode text) {
        String whole = text.asText();
        int bytes = 0;
        for (int i = 0; i < whole.length(); i++) {
            char unit = whole.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < whole.length()
                    && Character.isLowSurrogate(whole.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
            }
        }
        return bytes;
    }

    private static int bytesOfNumber(String text) {
        return (number(text).stripTrailingZeros().precision() + 1) / 2 + 1;
    }
}
