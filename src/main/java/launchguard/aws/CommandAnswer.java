package launchguard.aws;

/** What became of a command on one instance. */
public sealed interface CommandAnswer {
    /** Not ended, or SSM does not show it yet: its API is eventually consistent. */
    record NotEnded() implements CommandAnswer {}

    /**
     * Ended.
     *
     * @param status SSM's status details: Success, Failed, Undeliverable, Execution Timed Out, …
     * @param started whether the script began on the instance
     * @param exitCode -1 when the script never started
     * @param output cut by SSM at 24,000 characters
     * @param errors cut by SSM at 8,000 characters
     */
    record Ended(String status, boolean started, int exitCode, String output, String errors) implements CommandAnswer {
        /** Whether SSM calls it a success: only then its output is whole. */
        public boolean succeeded() {
            return status.equals("Success");
        }

        /** How it ended, with the first thing it complained of; completes "the probe …". */
        public String end() {
            String first = errors.lines().findFirst().orElse("");
            return "ended as " + status + (first.isEmpty() ? "" : ": " + first);
        }
    }
}
