package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.Service;

/** A service whose calls take turns with each other and with the clock. */
final class LockedService implements Service {
    private final Service service;
    private final Map<String, UnaryOperator<ObjectNode>> operations = new TreeMap<>();

    LockedService(SteppedClock clock, Service service) {
        this.service = service;
        service.operations()
                .forEach((name, operation) -> operations.put(name, input -> {
                    synchronized (clock) {
                        return operation.apply(input);
                    }
                }));
    }

    @Override
    public String name() {
        return service.name();
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return operations;
    }
}
