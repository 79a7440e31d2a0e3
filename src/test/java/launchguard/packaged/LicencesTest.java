package launchguard.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every library, those of the tests too, has open-source licences and no other: read in target/bom-with-tests.json. */
@Tag("packaged")
class LicencesTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** By their SPDX names. All are approved by the Open Source Initiative but BSD-4-Clause, which the FSF lists as free. */
    private static final Set<String> OPEN = Set.of(
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSD-4-Clause",
            "EPL-2.0",
            "LGPL-2.1-or-later",
            "MIT",
            "MIT-0");

    /** The libraries whose licence is missing, or is not one of these. */
    private static List<String> refused(JsonNode bom) {
        List<String> refused = new ArrayList<>();
        for (JsonNode library : bom.path("components")) {
            List<String> licences = new ArrayList<>();
            for (JsonNode node : library.path("licenses")) {
                JsonNode licence = node.path("license");
                licences.add(licence.path("id")
                        .asText(licence.path("name")
                                .asText(node.path("expression").asText("?"))));
            }
            if (licences.isEmpty() || !OPEN.containsAll(licences)) {
                refused.add(library.path("group").asText() + ":"
                        + library.path("name").asText() + " " + licences);
            }
        }
        return refused;
    }

    @Test
    void everyLibraryIsOpenSource() throws IOException {
        Path file = Path.of("target/bom-with-tests.json");
        assertTrue(
                Files.exists(file),
                file + " is missing: its Maven plugin does not run offline; run mvn -B verify without -o");
        JsonNode bom = JSON.readTree(file.toFile());
        assertTrue(
                bom.path("components").size() > 60,
                "components: " + bom.path("components").size());
        assertTrue(bom.toString().contains("\"junit-jupiter-engine\""), "those of the tests are there");
        assertEquals(List.of(), refused(bom));
    }

    /** As such a file has them: a vendor's own terms, a second licence of that kind, and none. */
    @Test
    void othersAreRefused() throws IOException {
        JsonNode bom = JSON.readTree("""
                {"components": [
                  {"group": "com.amazonaws", "name": "DynamoDBLocal",
                   "licenses": [{"license": {"name": "Amazon DynamoDB Local License Agreement"}}]},
                  {"group": "a", "name": "mixed",
                   "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Commercial"}}]},
                  {"group": "a", "name": "none"},
                  {"group": "a", "name": "open", "licenses": [{"license": {"id": "MIT"}}]}]}
                """);
        assertEquals(
                List.of(
                        "com.amazonaws:DynamoDBLocal [Amazon DynamoDB Local License Agreement]",
                        "a:mixed [MIT, Commercial]",
                        "a:none []"),
                refused(bom));
    }
}
