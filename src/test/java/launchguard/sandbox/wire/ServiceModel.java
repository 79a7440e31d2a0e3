package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** AWS's own description of a service, cut to the operations that are called here. */
final class ServiceModel {
    private static final Map<String, ServiceModel> LOADED = new ConcurrentHashMap<>();
    private final JsonNode model;

    private ServiceModel(JsonNode model) {
        this.model = model;
    }

    static ServiceModel of(String service) {
        return LOADED.computeIfAbsent(service, ServiceModel::load);
    }

    private static ServiceModel load(String service) {
        try (InputStream json = Objects.requireNonNull(
                ServiceModel.class.getResourceAsStream("/models/" + service + ".json"), service)) {
            return new ServiceModel(Json.read(json.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return model.path("service").asText();
    }

    String apiVersion() {
        return model.path("apiVersion").asText();
    }

    /** json, query or ec2. */
    String protocol() {
        return model.path("protocol").asText();
    }

    String targetPrefix() {
        return model.path("targetPrefix").asText("");
    }

    String contentType() {
        return "application/x-amz-json-" + model.path("jsonVersion").asText();
    }

    boolean knows(String operation) {
        return model.path("operations").has(operation);
    }

    JsonNode input(String operation) {
        return ofOperation(operation, "input");
    }

    /** The output's shape; missing where the operation answers nothing. */
    JsonNode output(String operation) {
        return ofOperation(operation, "output");
    }

    private JsonNode ofOperation(String operation, String side) {
        JsonNode name = model.path("operations").path(operation).path(side);
        return name.isMissingNode() || name.isNull() ? MissingNode.getInstance() : shape(name.asText());
    }

    /** The shape that a member refers to. */
    JsonNode target(JsonNode member) {
        return shape(member.path("shape").asText());
    }

    JsonNode shape(String name) {
        JsonNode shape = model.path("shapes").path(name);
        if (shape.isMissingNode()) {
            throw new IllegalStateException(name() + " has no shape " + name);
        }
        return shape;
    }
}
