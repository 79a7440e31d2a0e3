package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The command {@code report}: pages of launches that the function has really processed, opened in a browser. */
@Tag("verify")
class ReportTest extends StackWithCases {
    private static final int LARGEST_PAGE = 200 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path page() {
        return folder.resolve("page.html");
    }

    private ToolRun report(String... arguments) {
        return Terminal.run(
                aws,
                Stream.of(Stream.of("report"), Stream.of(arguments), Stream.of("--table", table, "--out", page() + ""))
                        .flatMap(part -> part)
                        .toArray(String[]::new));
    }

    private String written(ToolRun run) throws Exception {
        assertEquals(0, run.exit(), run.toString());
        assertTrue(run.out().startsWith("wrote " + page()), run.out());
        assertTrue(Files.size(page()) < LARGEST_PAGE, Files.size(page()) + " bytes");
        String html = Files.readString(page());
        assertFalse(html.contains("<script"), "a page that needs no script has none");
        assertFalse(html.matches("(?s).*(src|href)=.*"), "a page that needs nothing else names nothing else");
        assertNotNull(parsed(html));
        return html;
    }

    private static Document parsed(String html) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.substring(html.indexOf("<html")))));
    }

    @Test
    void case_isDrawnWithEveryLane() throws Exception {
        String html = written(report(repaired.id()));
        for (String lane : List.of(
                "Order of this launch",
                "Boot and cloud-init",
                "JDK packages installed in this boot",
                "Deployment",
                "JVM",
                "Probe",
                "Remedy",
                "Verification")) {
            assertTrue(html.contains("class=\"lane\" x=\"0\"") && html.contains(">" + lane + "</text>"), lane);
        }
        for (String stage : List.of("init-local", "init", "modules-config", "modules-final")) {
            assertTrue(html.contains(">" + stage + "</text>"), stage);
            assertTrue(html.contains("<td>stage " + stage + " of cloud-init</td>"), stage);
        }
        assertTrue(html.contains("raced: 16.1 s too early"), html);
        assertTrue(html.contains(">STALE_JDK</span>"), html);
        assertTrue(html.contains(">Launch margin \u221216.1 s: the deployment"), html);
        assertEquals(2, html.split("Launch margin", -1).length, "the repair's own margin is none of the launch's");
        assertTrue(
                html.matches(
                        "(?s).*Broken by a JDK upgrade, repaired [0-9]+ (s|min) after its launch; nothing to do. Fix the image: .*"),
                html);
        assertTrue(html.contains("REPAIRED</span>"), html);
        assertTrue(html.contains("ApplicationStart"), "CodeDeploy's lifecycle events: " + html);
        assertTrue(html.contains("java-1.8.0-openjdk-headless"), html);
        assertTrue(html.contains("After=cloud-final.service"), "the cure's files: " + html);
        assertTrue(html.contains("instance (UTC"), html);
    }

    /** Everything drawn is in the table too, for readers who can't see or hover. */
    @Test
    void everyMark_isInTheTable() throws Exception {
        Document page = parsed(written(report(repaired.id())));
        List<String> cells = Stream.iterate(0, i -> i + 1)
                .limit(page.getElementsByTagName("td").getLength())
                .map(i -> page.getElementsByTagName("td").item(i).getTextContent())
                .toList();
        int marks = 0;
        for (int i = 0; i < page.getElementsByTagName("title").getLength(); i++) {
            String title = page.getElementsByTagName("title").item(i).getTextContent();
            boolean ofAMark = page.getElementsByTagName("title")
                    .item(i)
                    .getParentNode()
                    .getNodeName()
                    .equals("g");
            assertTrue(!ofAMark || cells.contains(title), title);
            marks += ofAMark ? 1 : 0;
        }
        assertTrue(marks >= 15, marks + " marks");
    }

    @Test
    void withoutCodeDeploy_thePageSaysLess_andStderrSaysSo() throws Exception {
        aws.faults().on("codedeploy", "*").always().fail("AccessDeniedException", "not authorized");
        ToolRun run = report(repaired.id());
        assertFalse(written(run).contains("ApplicationStart"));
        assertTrue(run.err().contains("the page lacks lifecycle events"), run.err());
        assertTrue(run.err().contains("codedeploy:BatchGetDeploymentTargets"), run.err());
    }

    @Test
    void group_isDrawnWithItsZeroLine() throws Exception {
        String html = written(report("--asg", "web", "--since", "P9999D"));
        assertTrue(html.contains("3 launches, 2 of which raced"), html);
        assertEquals(1, html.split("class=\"zero\"", -1).length - 1);
        assertEquals(2, html.split("<path d=\"M0,-7", -1).length - 1, "two raced");
        assertEquals(1, html.split("<circle r=", -1).length - 1, "one in order");
        assertTrue(html.contains("launches from this template keep racing"), html);
        assertTrue(html.contains("<td>repaired by redeploy</td><td>1</td>"), html);
        assertTrue(html.contains("90th percentile"), html);
        assertTrue(html.contains("STALE_JDK 1</span>"), html);
    }

    @Test
    void savedEvidence_makesNoCall() throws Exception {
        Path evidence = folder.resolve("evidence.json");
        Terminal.run(aws, "case", repaired.id(), "--table", table, "--format", "json");
        aws.settings().commandsAtOnce(true);
        Files.writeString(evidence, """
                {"schema":1,"host":{"now":1795384860,"uptime":60,"utcOffsetSeconds":32400,"instanceId":"<b>i-1</b>"},
                 "cloudInit":{"state":"done","finishedUptime":40},
                 "deployments":[{"groupId":"g","deploymentId":"d-1","startedUptime":10,"thisBoot":true}],
                 "packages":[],"jvms":[]}""");
        count();
        String html = written(report("--evidence", evidence.toString()));
        assertTrue(html.contains("Launch margin \u221230.0 s"), html);
        assertTrue(html.contains("instance (UTC+09:00)"), html);
        assertFalse(html.contains("<b>"), html);
        assertEquals(List.of(), calls());
    }

    @Test
    void nothingFound_saysSo() {
        ToolRun run = report("--asg", "elsewhere", "--since", "P9999D");
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("no case of group elsewhere was opened"), run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "report --out no/such/folder/page.html",
                "report i-1 --out page.html",
                "report i-0123456789abcdef0",
                "report i-0123456789abcdef0 --evidence - --out page.html"
            })
    void wrongUsage(String line) {
        ToolRun run = Terminal.run(aws, (line + " --table t-1").split(" ", -1));
        assertEquals(2, run.exit(), run.toString());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @CsvSource({"390, light", "1280, light", "390, dark"})
    void inABrowser_nothingLeavesTheScreen(int width, String scheme) throws Exception {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("case", written(report(repaired.id())));
        pages.put("group", written(report("--asg", "web", "--since", "P9999D")));
        pages.replaceAll((name, html) ->
                html.replace("color-scheme\" content=\"light dark", "color-scheme\" content=\"" + scheme));
        assertEquals("", Browser.faults(folder, width, pages));
    }
}
