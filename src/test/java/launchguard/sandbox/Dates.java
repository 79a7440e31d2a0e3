package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Gives recorded evidence the times of another boot.
 *
 * @param uptimes recorded uptimes to those of this boot
 * @param later how many seconds later than the recorded one this boot is, by the instance's own clock
 */
record Dates(DoubleUnaryOperator uptimes, double later) {

    void date(ObjectNode evidence, double uptime) {
        walk(evidence);
        double booted = RootState.BOOT.getEpochSecond() + later;
        if (evidence.path("host") instanceof ObjectNode host) {
            host.put("uptime", rounded(uptime));
            host.put("now", rounded(booted + uptime));
        }
    }

    private void walk(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
                JsonNode value = entry.getValue();
                if (value.isNumber() && entry.getKey().endsWith("Uptime")) {
                    object.put(entry.getKey(), rounded(uptimes.applyAsDouble(value.asDouble())));
                } else if (value.isNumber() && entry.getKey().endsWith("At")) {
                    object.put(entry.getKey(), Math.round(epoch(value.asDouble())));
                } else {
                    walk(value);
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(this::walk);
        }
    }

    private double epoch(double recorded) {
        double uptime = recorded - RootState.BOOT.getEpochSecond();
        return RootState.BOOT.getEpochSecond() + later + (uptime < 0 ? uptime : uptimes.applyAsDouble(uptime));
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 100) / 100.0;
    }
}
