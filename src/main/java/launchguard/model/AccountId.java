package launchguard.model;

import java.util.regex.Pattern;

/**
 * The id of an AWS account.
 *
 * @param value 12 digits
 */
public record AccountId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[0-9]{12}");

    /** Refuses whatever AWS could not have named so. */
    public AccountId {
        Validation.matches("account id", value, SHAPE, "12 digits");
    }

    @Override
    public String toString() {
        return value;
    }
}
