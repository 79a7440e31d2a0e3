package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes output trees as the XML of the query protocols. */
final class XmlAnswer {
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();
    private final ServiceModel model;
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;

    private XmlAnswer(ServiceModel model) throws XMLStreamException {
        this.model = model;
        this.xml = FACTORY.createXMLStreamWriter(text);
    }

    static String of(ServiceModel model, String operation, JsonNode output, String requestId) {
        try {
            return new XmlAnswer(model).answer(operation, output, requestId);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    static String of(ServiceModel model, AwsError error, String requestId) {
        try {
            return new XmlAnswer(model).answer(error, requestId);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean ec2() {
        return model.protocol().equals("ec2");
    }

    private String answer(String operation, JsonNode output, String requestId) throws XMLStreamException {
        xml.writeStartElement(operation + "Response");
        JsonNode shape = model.output(operation);
        if (ec2()) {
            element("requestId", requestId);
            if (shape.isMissingNode()) {
                element("return", "true");
            } else {
                members(shape, output);
            }
        } else {
            if (!shape.isMissingNode()) {
                xml.writeStartElement(operation + "Result");
                members(shape, output);
                xml.writeEndElement();
            }
            xml.writeStartElement("ResponseMetadata");
            element("RequestId", requestId);
            xml.writeEndElement();
        }
        return end();
    }

    private String answer(AwsError error, String requestId) throws XMLStreamException {
        xml.writeStartElement(ec2() ? "Response" : "ErrorResponse");
        if (ec2()) {
            xml.writeStartElement("Errors");
        }
        xml.writeStartElement("Error");
        if (!ec2()) {
            element("Type", error.status() < 500 ? "Sender" : "Receiver");
        }
        element("Code", error.code());
        element("Message", error.message());
        xml.writeEndElement();
        if (ec2()) {
            xml.writeEndElement();
        }
        element(ec2() ? "RequestID" : "RequestId", requestId);
        return end();
    }

    private String end() throws XMLStreamException {
        xml.writeEndElement();
        xml.flush();
        return text.toString();
    }

    private void members(JsonNode shape, JsonNode value) throws XMLStreamException {
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode reference = shape.path("members").path(member.getKey());
            if (reference.isMissingNode()) {
                throw new IllegalStateException("the sandbox answers with an unknown member " + member.getKey());
            }
            xml.writeStartElement(reference.path("locationName").asText(member.getKey()));
            value(model.target(reference), member.getValue());
            xml.writeEndElement();
        }
    }

    private void value(JsonNode shape, JsonNode value) throws XMLStreamException {
        switch (shape.path("type").asText()) {
            case "structure" -> members(shape, value);
            case "list" -> {
                for (JsonNode each : value) {
                    xml.writeStartElement(
                            shape.path("member").path("locationName").asText("member"));
                    value(model.target(shape.path("member")), each);
                    xml.writeEndElement();
                }
            }
            case "timestamp" ->
                xml.writeCharacters(Instant.ofEpochMilli(
                                value.decimalValue().movePointRight(3).longValue())
                        .toString());
            default -> xml.writeCharacters(value.asText());
        }
    }

    private void element(String name, String content) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(content);
        xml.writeEndElement();
    }
}
