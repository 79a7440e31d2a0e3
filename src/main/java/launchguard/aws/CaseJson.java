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
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Function;
import launchguard.cases.CaseStep;
import launchguard.guard.Action;
import launchguard.model.CaseId;

/** Cases and ledgers as JSON documents of the table. */
final class CaseJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // What an instance printed may hold half a surrogate pair, which no UTF-8 can carry.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addMixIn(CaseStep.class, Named.class)
            .addMixIn(Action.class, Named.class)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, new TextWriter<>())
                    .addDeserializer(Instant.class, new TextReader<>(Instant::parse))
                    .addSerializer(CaseId.class, new TextWriter<>())
                    .addDeserializer(CaseId.class, new TextReader<>(CaseId::parse)))
            .build();

    static {
        // Short names, so that a class may move without orphaning what is stored.
        for (Class<?> sealed : new Class<?>[] {CaseStep.class, Action.class}) {
            for (Class<?> part : sealed.getPermittedSubclasses()) {
                JSON.registerSubtypes(new NamedType(part, part.getSimpleName()));
            }
        }
    }

    private CaseJson() {}

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException fault) {
            throw new IllegalStateException(
                    "could not write a " + value.getClass().getSimpleName(), fault);
        }
    }

    static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException fault) {
            throw new IllegalStateException(
                    "the table holds a " + type.getSimpleName() + " that can't be read: " + fault.getOriginalMessage(),
                    fault);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonIgnoreProperties({"rung"})
    private interface Named {}

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
