package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * One call that reached the endpoint, whatever became of it.
 *
 * @param number counts all calls, from 1
 * @param service the model's name: ssm, codedeploy, autoscaling, ec2, events, sqs or dynamodb
 * @param operation for example SendCommand
 * @param input the parameters with the model's names
 * @param at the sandbox's time
 */
public record Call(long number, String service, String operation, ObjectNode input, Instant at) {
    private static final List<String> READING =
            List.of("Get", "Describe", "List", "BatchGet", "Query", "Scan", "TransactGet", "Receive");

    /** Whether it can change anything, by the kind of its name. */
    public boolean changing() {
        return READING.stream().noneMatch(operation::startsWith);
    }

    @Override
    public String toString() {
        return number + " " + at + " " + service + ":" + operation + " " + input;
    }
}
