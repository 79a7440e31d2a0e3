package launchguard.signal;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads members that must be there. */
final class RequiredFields {
    private RequiredFields() {}

    static String text(JsonNode json, String name) throws UnreadableSignalException {
        JsonNode value = json.path(name);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new UnreadableSignalException("\"" + name + "\" must be a text that is not empty");
        }
        return value.asText();
    }
}
