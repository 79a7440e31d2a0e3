package launchguard.model;

import java.util.regex.Pattern;

/** Checks that ids make when they are created. */
final class Validation {
    private static final int SHOWN = 40;

    private Validation() {}

    static void matches(String noun, String value, Pattern shape, String expected) {
        if (!shape.matcher(value).matches()) {
            throw new IllegalArgumentException(noun + " \"" + shown(value) + "\" is not one: expected " + expected);
        }
    }

    private static String shown(String value) {
        String plain = value.replaceAll("\\P{Print}", "?");
        return plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "…";
    }
}
