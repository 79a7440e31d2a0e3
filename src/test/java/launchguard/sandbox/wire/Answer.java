package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;

/** An HTTP answer. */
final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    Answer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    /** Those beyond length and date. */
    Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    static Answer of(ServiceModel model, String operation, JsonNode output, String requestId) {
        return switch (model.protocol()) {
            case "json" ->
                new Answer(
                        200,
                        Map.of("Content-Type", model.contentType(), "x-amzn-RequestId", requestId),
                        model.output(operation).isMissingNode() ? new byte[0] : Json.bytes(output));
            default -> xml(200, XmlAnswer.of(model, operation, output, requestId), requestId);
        };
    }

    static Answer of(ServiceModel model, AwsError error, String requestId) {
        return switch (model.protocol()) {
            case "json" -> json(model.contentType(), error, requestId);
            default -> xml(error.status(), XmlAnswer.of(model, error, requestId), requestId);
        };
    }

    static Answer dynamo(JsonNode output, String requestId) {
        return new Answer(
                200,
                Map.of("Content-Type", "application/x-amz-json-1.0", "x-amzn-RequestId", requestId),
                Json.bytes(output));
    }

    static Answer json(String contentType, AwsError error, String requestId) {
        byte[] body = Json.bytes(
                Json.object("__type", error.code(), "message", error.message()).setAll(error.members()));
        CRC32 sum = new CRC32();
        sum.update(body);
        return new Answer(
                error.status(),
                Map.of(
                        "Content-Type",
                        contentType,
                        "x-amzn-RequestId",
                        requestId,
                        "x-amzn-ErrorType",
                        error.code(),
                        "x-amz-crc32",
                        String.valueOf(sum.getValue())),
                body);
    }

    private static Answer xml(int status, String xml, String requestId) {
        return new Answer(
                status,
                Map.of("Content-Type", "text/xml;charset=UTF-8", "x-amzn-RequestId", requestId),
                xml.getBytes(StandardCharsets.UTF_8));
    }
}
