package launchguard.sandbox.dynamo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import launchguard.sandbox.wire.Json;

/** The items of one table, by its key and by those of its indexes, and what may be one of them. */
final class Table {
    private static final int LARGEST_ITEM = 400 * 1024;
    private static final int LONGEST_HASH = 2048;
    private static final int LONGEST_RANGE = 1024;

    private final TableSchema schema;
    /** DynamoDB gives partitions in no order that a caller knows; here it is that of their hashes. */
    private final NavigableMap<JsonNode, NavigableMap<JsonNode, ObjectNode>> items =
            new TreeMap<>(Comparator.<JsonNode>comparingInt(Table::hash).thenComparing(Values::compare));

    private final Map<String, Map<JsonNode, NavigableMap<Place, ObjectNode>>> indexes = new HashMap<>();

    /** Where an item stands in an index: items of one range value are in the order of their keys. */
    private record Place(JsonNode range, JsonNode hash, JsonNode sort) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = Values.compare(range, other.range);
            int next = order == 0 ? Values.compare(hash, other.hash) : order;
            return next == 0 ? Values.compare(sort, other.sort) : next;
        }
    }

    Table(TableSchema schema) {
        this.schema = schema;
        schema.indexes().keySet().forEach(name -> indexes.put(name, new HashMap<>()));
    }

    private static int hash(JsonNode value) {
        return value.toString().hashCode() * 0x9E3779B9;
    }

    TableSchema.Key key(Optional<String> index) {
        return index.isEmpty()
                ? schema.key()
                : Optional.ofNullable(schema.indexes().get(index.get()))
                        .orElseThrow(
                                () -> Values.invalid("The table does not have the specified index: " + index.get()));
    }

    /** Refuses a key that is not exactly this table's. */
    JsonNode checkedKey(JsonNode key) {
        key.forEach(Values::check);
        if (key.size() != 2
                || !fits(key, schema.key().hash())
                || !fits(key, schema.key().range())) {
            throw Values.invalid("The provided key element does not match the schema");
        }
        notEmpty(key);
        return key;
    }

    private boolean fits(JsonNode item, String attribute) {
        return item.path(attribute).has(schema.type(attribute));
    }

    private void notEmpty(JsonNode item) {
        for (String name : List.of(schema.key().hash(), schema.key().range())) {
            if (item.path(name).path("S").asText("x").isEmpty()) {
                throw Values.invalid(
                        "One or more parameter values are not valid. The AttributeValue for a key attribute"
                                + " cannot contain an empty string value. Key: " + name);
            }
        }
    }

    /** Refuses what can be no item of this table, whatever its size. */
    ObjectNode checkedItem(JsonNode item) {
        item.forEach(Values::check);
        for (String name : List.of(schema.key().hash(), schema.key().range())) {
            if (!item.has(name)) {
                throw Values.invalid(
                        "One or more parameter values were invalid: Missing the key " + name + " in the item");
            } else if (!fits(item, name)) {
                throw Values.invalid("One or more parameter values were invalid: Type mismatch for key " + name
                        + " expected: " + schema.type(name) + " actual: " + Values.type(item.path(name)));
            }
        }
        notEmpty(item);
        tooLong(item, schema.key().hash(), LONGEST_HASH);
        tooLong(item, schema.key().range(), LONGEST_RANGE);
        schema.indexes().forEach((index, key) -> {
            indexKey(item, index, key.hash());
            indexKey(item, index, key.range());
        });
        return (ObjectNode) item;
    }

    private static void tooLong(JsonNode item, String name, int longest) {
        if (Values.size(Json.object("", item.path(name))) > longest) {
            throw Values.invalid("One or more parameter values were invalid: Size of " + name
                    + " has exceeded the maximum size limit of " + longest + " bytes");
        }
    }

    private void indexKey(JsonNode item, String index, String name) {
        if (item.has(name) && !fits(item, name)) {
            throw Values.invalid("One or more parameter values were invalid: Type mismatch for Index Key " + name
                    + " Expected: " + schema.type(name) + " Actual: " + Values.type(item.path(name)) + " IndexName: "
                    + index);
        } else if (item.path(name).path("S").asText("x").isEmpty()) {
            throw Values.invalid(
                    "One or more parameter values are not valid. A value specified for a secondary index key"
                            + " is not supported. The AttributeValue for a key attribute cannot contain an empty string value."
                            + " IndexName: " + index + ", IndexKey: " + name);
        }
    }

    static boolean tooLarge(JsonNode item) {
        return Values.size(item) > LARGEST_ITEM;
    }

    /** What is there under the key of an item; an empty object where nothing is. */
    ObjectNode at(JsonNode keyed) {
        NavigableMap<JsonNode, ObjectNode> partition =
                items.get(keyed.path(schema.key().hash()));
        ObjectNode item =
                partition == null ? null : partition.get(keyed.path(schema.key().range()));
        return item == null ? Json.object() : item;
    }

    void put(ObjectNode item) {
        remove(item);
        items.computeIfAbsent(item.path(schema.key().hash()), hash -> new TreeMap<>(Values::compare))
                .put(item.path(schema.key().range()), item);
        indexes.forEach((name, index) -> {
            TableSchema.Key key = key(Optional.of(name));
            if (item.has(key.hash()) && item.has(key.range())) {
                index.computeIfAbsent(item.path(key.hash()), hash -> new TreeMap<>())
                        .put(place(key, item), projected(item, key));
            }
        });
    }

    void remove(JsonNode keyed) {
        ObjectNode old = at(keyed);
        if (old.isEmpty()) {
            return;
        }
        NavigableMap<JsonNode, ObjectNode> partition =
                items.get(old.path(schema.key().hash()));
        if (partition != null) {
            partition.remove(old.path(schema.key().range()));
        }
        indexes.forEach((name, index) -> {
            TableSchema.Key key = key(Optional.of(name));
            NavigableMap<Place, ObjectNode> some = index.get(old.path(key.hash()));
            if (some != null && old.has(key.range())) {
                some.remove(place(key, old));
            }
        });
    }

    private Place place(TableSchema.Key key, JsonNode item) {
        return new Place(
                item.path(key.range()),
                item.path(schema.key().hash()),
                item.path(schema.key().range()));
    }

    /** An index holds keys only. */
    private ObjectNode projected(ObjectNode item, TableSchema.Key key) {
        return item.deepCopy().retain(attributes(key));
    }

    /** Those of the table's key and of the index's. */
    Set<String> attributes(TableSchema.Key index) {
        Set<String> names = new TreeSet<>();
        for (TableSchema.Key key : List.of(schema.key(), index)) {
            names.add(key.hash());
            names.add(key.range());
        }
        return names;
    }

    /** All items with this hash, in the order of the table or of the index. */
    List<ObjectNode> partition(Optional<String> index, JsonNode hash) {
        if (index.isEmpty()) {
            NavigableMap<JsonNode, ObjectNode> partition = items.get(hash);
            return partition == null ? List.of() : new ArrayList<>(partition.values());
        }
        NavigableMap<Place, ObjectNode> some =
                indexes.getOrDefault(index.get(), Map.of()).get(hash);
        return some == null ? List.of() : new ArrayList<>(some.values());
    }

    List<ObjectNode> all() {
        List<ObjectNode> all = new ArrayList<>();
        items.values().forEach(partition -> all.addAll(partition.values()));
        return all;
    }

    /** By which a page goes on after an item. */
    ObjectNode pageKey(ObjectNode item, Optional<String> index) {
        return item.deepCopy().retain(attributes(key(index)));
    }

    /** A text for the key of an item, another one for each. */
    String placeOf(JsonNode keyed) {
        return " " + keyed.path(schema.key().hash()) + " "
                + keyed.path(schema.key().range());
    }
}
