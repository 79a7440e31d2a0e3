package launchguard.cli;

import java.util.Locale;

/** How a command prints. */
enum Format {
    /** Sentences. */
    WORDS,
    /** One JSON object. */
    JSON;

    /** As it is typed and shown in the help. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
