package launchguard.cli;

/** How a command prints. */
enum Format {
    /** Sentences. */
    WORDS,
    /** One JSON object. */
    JSON
}
