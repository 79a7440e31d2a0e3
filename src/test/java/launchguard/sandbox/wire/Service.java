package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One AWS service: its name as in the models, and what it answers to each operation that it knows. */
public interface Service {
    /** The name of its model. */
    String name();

    /** From valid input to output, both with the model's member names; times in epoch seconds. */
    Map<String, UnaryOperator<ObjectNode>> operations();
}
