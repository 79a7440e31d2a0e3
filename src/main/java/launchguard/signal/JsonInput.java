package launchguard.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Parses bytes into a JSON object. */
final class JsonInput {
    static final String EXPECTED = "expected an SQS batch (Records), an EventBridge event (source, detail-type,"
            + " detail), {\"instanceId\":\"i-...\"} or {\"autoScalingGroup\":\"...\"}";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private JsonInput() {}

    /** Invalid UTF-8 is refused: a replacement character would make another name. */
    static JsonNode parse(byte[] bytes) throws UnreadableSignalException {
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            throw new UnreadableSignalException("not UTF-8: " + EXPECTED, notText);
        }
    }

    static JsonNode parse(String text) throws UnreadableSignalException {
        try {
            // Editors and shells of Windows put a byte order mark before what they save.
            JsonNode json = JSON.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
            if (json == null || !json.isObject()) {
                throw new UnreadableSignalException("not a JSON object: " + EXPECTED);
            }
            return json;
        } catch (JsonProcessingException notJson) {
            throw new UnreadableSignalException(
                    "not JSON (" + SenderText.sentence(notJson.getOriginalMessage()) + "): " + EXPECTED, notJson);
        }
    }
}
