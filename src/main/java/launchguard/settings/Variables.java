package launchguard.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.model.GroupName;

/** Reads environment variables and collects what is wrong with them; an empty one counts as not set. */
final class Variables {
    /** The longest duration, so that times can still be computed with it. */
    private static final Duration LONGEST = Duration.ofDays(1_000);

    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Throws if a variable was faulty, with all faults in one message. */
    void throwIfFaulty() {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "the function's environment is not usable: " + String.join("; ", faults));
        }
    }

    private String value(String name, String otherwise) {
        String value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }

    String required(String name) {
        String value = value(name, "");
        if (value.isEmpty()) {
            faults.add(name + " must be set");
        }
        return value;
    }

    /** A faulty value is replaced by the default, so that reading goes on and finds every fault. */
    String text(String name, String otherwise, String shape, String expected) {
        String value = value(name, otherwise);
        if (value.matches(shape)) {
            return value;
        }
        faults.add(name + " is \"" + value + "\", expected " + expected);
        return otherwise;
    }

    /** Whether the second word is set; the first is the default. */
    boolean choice(String name, String first, String second) {
        String value = value(name, first);
        if (!value.equals(first) && !value.equals(second)) {
            faults.add(name + " is \"" + value + "\", expected " + first + " or " + second);
        }
        return value.equals(second);
    }

    /** Names of Auto Scaling groups with commas between them; none where the variable is not set. */
    Set<GroupName> groups(String name) {
        Set<GroupName> groups = new LinkedHashSet<>();
        for (String part : value(name, "").split(",", -1)) {
            try {
                if (!part.isBlank()) {
                    groups.add(new GroupName(part.strip()));
                }
            } catch (IllegalArgumentException notAName) {
                faults.add(name + ": " + notAName.getMessage());
            }
        }
        return groups;
    }

    int number(String name, int otherwise, int least, int most) {
        String value = value(name, String.valueOf(otherwise));
        if (value.matches("[0-9]{1,6}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        faults.add(name + " is \"" + value + "\", expected a whole number from " + least + " to " + most);
        return otherwise;
    }

    Duration duration(String name, Duration otherwise) {
        String value = value(name, otherwise.toString());
        try {
            Duration duration = Duration.parse(value);
            if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // Reported below, like a duration that is out of bounds.
        }
        faults.add(name + " is \"" + value
                + "\", expected a positive ISO-8601 duration of at most 1000 days, such as PT2H");
        return otherwise;
    }
}
