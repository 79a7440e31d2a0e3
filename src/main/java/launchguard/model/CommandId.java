package launchguard.model;

import java.util.regex.Pattern;

/**
 * The id of one SSM Run Command.
 *
 * @param value a UUID of 36 characters
 */
public record CommandId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** Refuses whatever SSM could not have named so. */
    public CommandId {
        Validation.matches("command id", value, SHAPE, "a UUID");
    }

    @Override
    public String toString() {
        return value;
    }
}
