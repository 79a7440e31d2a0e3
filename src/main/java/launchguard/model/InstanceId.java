package launchguard.model;

import java.util.regex.Pattern;

/**
 * The id of an EC2 instance.
 *
 * @param value {@code i-} and 8 or 17 hexadecimal digits
 */
public record InstanceId(String value) {
    private static final Pattern SHAPE = Pattern.compile("i-(?:[0-9a-f]{8}|[0-9a-f]{17})");

    /** Refuses whatever AWS could not have named so. */
    public InstanceId {
        Validation.matches("instance id", value, SHAPE, "i- and 8 or 17 hexadecimal digits");
    }

    @Override
    public String toString() {
        return value;
    }
}
