package launchguard.aws;

/** Answers the calls of priming in AWS's place. */
public interface FakeAws {
    /**
     * The body of the answer, of status 200.
     *
     * @param operation as AWS names it
     * @param request the body of the call: JSON, or a query
     */
    String answer(String operation, String request);
}
