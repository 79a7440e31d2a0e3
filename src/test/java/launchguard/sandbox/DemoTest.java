package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The README's first command shows what it promises. */
@Tag("verify")
class DemoTest {
    private static final int LARGEST_PAGE = 200 * 1024;

    @TempDir
    Path folder;

    @Test
    void fiveLaunches_endAsPromised_onTheTerminalAndOnAPage() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path page = folder.resolve("demo.html");
        boolean well = Demo.run(new ColumnPrinter(new PrintStream(out, true, StandardCharsets.UTF_8), false), page);
        String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(well, said);
        assertFalse(said.contains("\u001b"), "colours where nobody asked for any");
        List<String> ends = List.of(
                "web-1 HEALTHY +1.9 s - CLOSED: none",
                "web-2 LUCKY_RACE \u221213.4 s - CLOSED: none",
                "web-3 STALE_JDK \u221216.1 s redeploy REPAIRED (HEALTHY): some",
                "web-4 STALE_JDK \u221216.3 s redeploy failed, replace REPLACED: some",
                "web-5 HEALTHY +1.9 s - CLOSED: none",
                "web-6 (gated) STALE_JDK \u221216.1 s redeploy REPAIRED (HEALTHY): none");
        assertEquals(
                ends,
                said.lines()
                        .filter(line -> line.startsWith("web-"))
                        .map(line -> line.replaceAll(" +", " ")
                                .replaceFirst(" [0-9.]+ s 0 of [1-9][0-9]*$", ": none")
                                .replaceFirst(" [0-9.]+ s [1-9][0-9]* of [1-9][0-9]*$", ": some"))
                        .toList(),
                said);
        String readme = Files.readString(Path.of("README.md"));
        for (String launch : List.of("web-3", "web-6")) {
            String requests = said.lines()
                    .filter(line -> line.startsWith(launch + " "))
                    .map(line -> line.replaceFirst(".* s +", ""))
                    .findFirst()
                    .orElse("none");
            assertTrue(readme.contains("| " + requests + " |"), launch + ", README.md: " + requests);
        }
        assertTrue(Files.size(page) < LARGEST_PAGE, Files.size(page) + " bytes");
        String html = Files.readString(page);
        assertFalse(html.contains("<script"), "a page that needs no script has none");
        Document document = parsed(html.substring(html.indexOf("<html")));
        assertEquals(6, document.getElementsByTagName("svg").getLength());
        try (Stream<Path> pictures = Files.list(folder)) {
            for (Path picture :
                    pictures.filter(file -> file.toString().endsWith(".svg")).toList()) {
                parsed(Files.readString(picture));
            }
        }
    }

    private static Document parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
