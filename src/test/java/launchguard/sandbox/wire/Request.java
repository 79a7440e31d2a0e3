package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came, and where it wants to go.
 *
 * @param service the model's name
 * @param operation of that service
 * @param input read by the service's protocol
 */
record Request(String service, String operation, ObjectNode input) {
    static final String DYNAMODB = "dynamodb";
    private static final String DYNAMODB_TARGET = "DynamoDB_20120810";

    /** Empty when no service of ours is meant. */
    static Optional<Request> read(Collection<ServiceModel> models, Headers headers, byte[] body) throws IOException {
        String target = headers.getFirst("X-Amz-Target");
        if (target != null) {
            int dot = target.indexOf('.');
            String prefix = target.substring(0, Math.max(dot, 0));
            String operation = target.substring(dot + 1);
            if (prefix.equals(DYNAMODB_TARGET)) {
                return Optional.of(new Request(DYNAMODB, operation, Json.read(body)));
            }
            for (ServiceModel model : models) {
                if (model.targetPrefix().equals(prefix)) {
                    return Optional.of(new Request(model.name(), operation, Json.read(body)));
                }
            }
            return Optional.empty();
        }
        Map<String, String> form = QueryReader.form(body);
        String action = form.getOrDefault("Action", "");
        for (ServiceModel model : models) {
            if (!model.protocol().equals("json") && model.apiVersion().equals(form.get("Version"))) {
                ObjectNode input = model.knows(action) ? new QueryReader(model, form).read(action) : Json.object();
                return Optional.of(new Request(model.name(), action, input));
            }
        }
        return Optional.empty();
    }
}
