package launchguard.aws;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import launchguard.cases.CaseStep;
import launchguard.cases.TimelineKind;
import launchguard.cases.UnreadableCaseException;
import launchguard.guard.Action;
import launchguard.guard.Reservation;
import launchguard.model.CaseId;

/** Cases and budgets as JSON documents of the table. */
final class CaseJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // An instance's output may hold half a surrogate pair, which has no UTF-8.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addMixIn(CaseStep.class, Named.class)
            .addMixIn(Action.class, Named.class)
            .addMixIn(TimelineKind.class, Named.class)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, new TextWriter<>())
                    .addDeserializer(Instant.class, new TextReader<>(Instant::parse))
                    .addSerializer(Duration.class, new TextWriter<>())
                    .addDeserializer(Duration.class, new TextReader<>(Duration::parse))
                    .addSerializer(CaseId.class, new TextWriter<>())
                    .addDeserializer(CaseId.class, new TextReader<>(CaseId::parse))
                    .addSerializer(Reservation.class, new ReservationWriter())
                    .addDeserializer(Reservation.class, new TextReader<>(CaseJson::reservation)))
            .build();

    static {
        // Short names, so that stored cases stay readable when a class moves.
        for (Class<?> sealed : new Class<?>[] {CaseStep.class, Action.class, TimelineKind.class}) {
            for (Class<?> part : sealed.getPermittedSubclasses()) {
                JSON.registerSubtypes(new NamedType(part, part.getSimpleName()));
            }
        }
    }

    /** Raised with each change after which an earlier version would read a document wrongly. */
    private static final int SCHEMA_VERSION = 1;

    private static final String AT = "@";

    private static final String SCHEMA = "schema";

    private CaseJson() {}

    static String write(Object value) {
        try {
            ObjectNode document = JSON.valueToTree(value);
            document.put(SCHEMA, SCHEMA_VERSION);
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException fault) {
            throw new IllegalStateException(
                    "could not write a " + value.getClass().getSimpleName(), fault);
        }
    }

    static <T> T read(String json, Class<T> type) {
        try {
            JsonNode document = JSON.readTree(json);
            int schema = document.path(SCHEMA).asInt(-1);
            if (schema != SCHEMA_VERSION) {
                throw new UnreadableCaseException("the table holds a " + type.getSimpleName() + " of schema "
                        + document.path(SCHEMA).asText("none") + ", and this version reads schema " + SCHEMA_VERSION
                        + ": it was stored by another version of Launch Guard, and is left as it is");
            }
            return JSON.treeToValue(document, type);
        } catch (JsonProcessingException fault) {
            throw new UnreadableCaseException(
                    "the table holds a " + type.getSimpleName() + " that can't be read: " + fault.getOriginalMessage(),
                    fault);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonIgnoreProperties({"rung"})
    private interface Named {}

    /** A reservation is one text, not an object, since an item holds thousands of them. */
    private static Reservation reservation(String text) {
        int at = text.indexOf(AT);
        return new Reservation(CaseId.parse(text.substring(0, at)), Instant.parse(text.substring(at + 1)));
    }

    private static final class ReservationWriter extends JsonSerializer<Reservation> {
        @Override
        public void serialize(Reservation reservation, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeString(reservation.caseId() + AT + reservation.expires());
        }
    }

    private static final class TextWriter<T> extends JsonSerializer<T> {
        @Override
        public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.toString());
        }
    }

    private static final class TextReader<T> extends JsonDeserializer<T> {
        private final Function<String, T> parse;

        TextReader(Function<String, T> parse) {
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return parse.apply(json.getText());
        }
    }
}
