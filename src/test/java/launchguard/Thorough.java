package launchguard;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of a long test this run does: a part in each build, the rest with {@code -Pthorough}.
 *
 * <p>A test without a tag runs in {@code mvn test}. Tagged {@code verify}, it runs in {@code mvn verify}; tagged
 * {@code thorough}, it runs with {@code -Pthorough}, and with both tags it does a small part in the first and asks here.
 */
public final class Thorough {
    /** Whether this is the long run. */
    public static final boolean RUN = Boolean.getBoolean("launchguard.thorough");

    private Thorough() {}

    /** The first number in each build, the second in the long run. */
    public static int choose(int each, int thorough) {
        return RUN ? thorough : each;
    }

    /** One of so many in each build, spread evenly; all the others in the long run, so that nothing runs twice. */
    public static <T> List<T> part(List<T> all, int oneOf) {
        return IntStream.range(0, all.size())
                .filter(i -> (i % oneOf == 0) != RUN)
                .mapToObj(all::get)
                .toList();
    }
}
