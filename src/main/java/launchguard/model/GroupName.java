package launchguard.model;

import java.util.regex.Pattern;

/**
 * The name of an Auto Scaling group.
 *
 * @param value 1 to 255 printable characters without a colon (the API's own rule)
 */
public record GroupName(String value) {
    private static final Pattern SHAPE = Pattern.compile("[^\\p{Cntrl}:]{1,255}");

    /** Refuses whatever Auto Scaling would not have taken as a name. */
    public GroupName {
        Validation.matches("Auto Scaling group", value, SHAPE, "1 to 255 printable characters without a colon");
    }

    @Override
    public String toString() {
        return value;
    }
}
