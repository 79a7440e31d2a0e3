package launchguard.model;

import java.util.regex.Pattern;

/**
 * The token of one lifecycle action: one wait of one instance at one hook.
 *
 * @param value 1 to 36 letters, digits and dashes
 */
public record ActionToken(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9-]{1,36}");

    /** Refuses whatever Auto Scaling could not have sent. */
    public ActionToken {
        Validation.matches("lifecycle action token", value, SHAPE, "1 to 36 letters, digits and dashes");
    }

    @Override
    public String toString() {
        return value;
    }
}
