package launchguard.sandbox;

import java.time.Instant;

/**
 * One line of a story.
 *
 * @param sinceBoot seconds since the boot of the instance that it is about
 * @param name what the instance is called for short
 */
record Line(Instant at, double sinceBoot, String name, Kind kind, String text) {

    /** The kind of a line, with its colour on a terminal. */
    enum Kind {
        LAUNCH("1"),
        EVENT("34"),
        CALL("35"),
        SEEN("36"),
        VERDICT("1;33"),
        WHY("33"),
        CASE("90"),
        OUTCOME("1;32");

        final String colour;

        Kind(String colour) {
            this.colour = colour;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
