package launchguard.sandbox.wire;

import com.sun.net.httpserver.Headers;
import java.io.IOException;

/** Whoever answers the calls to DynamoDB. */
interface Dynamo {
    /** The answer to a request that came with these headers and this body. */
    Answer answer(Request request, Headers headers, byte[] body) throws IOException;
}
