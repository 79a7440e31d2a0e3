package launchguard.sandbox.dynamo;

import java.util.Map;

/**
 * The keys and indexes of a table.
 *
 * @param types of the key attributes, S or N, by their names
 * @param key of the table
 * @param indexes global secondary ones, which hold keys only, by their names
 */
public record TableSchema(Map<String, String> types, Key key, Map<String, Key> indexes) {
    /** Copies. */
    public TableSchema {
        types = Map.copyOf(types);
        indexes = Map.copyOf(indexes);
    }

    /** The two attributes of a key. */
    public record Key(String hash, String range) {}

    String type(String attribute) {
        String type = types.get(attribute);
        if (type == null) {
            throw new IllegalArgumentException("the table defines no attribute " + attribute);
        }
        return type;
    }
}
