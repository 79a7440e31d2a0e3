package launchguard.cases;

/** The kind of a timeline entry, for code that draws or counts it; the entry's words are for people only. */
public sealed interface TimelineKind {
    /** The probe was sent. */
    record ProbeSent() implements TimelineKind {}

    /** A probe led to a verdict. */
    record Judged(String verdict) implements TimelineKind {}

    /** The instance is probed again: the last probe had no result, or waits. */
    record AskedAgain() implements TimelineKind {}

    /** A limit, or the group's state, holds a remedy back for now. */
    record HeldBack(String refusal) implements TimelineKind {}

    /** A remedy was decided. */
    record Decided(String remedy) implements TimelineKind {}

    /**
     * A remedy ended.
     *
     * @param well whether it did what it was for, by its own proof
     */
    record RemedyEnded(boolean well) implements TimelineKind {}

    /** The case ended. */
    record CaseEnded(Status status) implements TimelineKind {}
}
