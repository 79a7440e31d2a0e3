package launchguard.model;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a case: the instance, when it was launched, and the number of the case of that launch.
 *
 * @param instance the instance
 * @param launchedAt when EC2 launched it, in whole seconds; a stop and start is another launch
 * @param number counts the cases of this launch, from 1
 */
public record CaseId(InstanceId instance, Instant launchedAt, int number) {
    private static final Pattern SHAPE = Pattern.compile("(i-[0-9a-f]{8,17})\\.([0-9]{1,12})\\.([0-9]{1,6})");

    /** Drops what is below a second, so that every reading of the same launch gives the same id. */
    public CaseId {
        launchedAt = Instant.ofEpochSecond(launchedAt.getEpochSecond());
    }

    /** Reads what {@link #toString} wrote; anything else is an {@link IllegalArgumentException}. */
    public static CaseId parse(String text) {
        Validation.matches("case id", text, SHAPE, "INSTANCE.LAUNCH-SECOND.NUMBER");
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException(text);
        }
        return new CaseId(
                new InstanceId(parts.group(1)),
                Instant.ofEpochSecond(Long.parseLong(parts.group(2))),
                Integer.parseInt(parts.group(3)));
    }

    /** The id of the next case of the same launch. */
    public CaseId next() {
        return new CaseId(instance, launchedAt, number + 1);
    }

    @Override
    public String toString() {
        return instance + "." + launchedAt.getEpochSecond() + "." + number;
    }
}
