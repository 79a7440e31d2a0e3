package launchguard.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import launchguard.pages.Run.Kind;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.report.JudgedEvidence;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Pictures and pages are drawn from what instances say, whatever that is. */
class PictureTest {
    private static final String HOSTILE = "</text><script>alert('1')</script>\\\"&\\u202e\\u0007";
    private static final Instant BOOT = Instant.parse("2026-11-22T22:00:00Z");

    private static Evidence evidence(String words) throws Exception {
        return EvidenceReader.read("""
                {"schema":1,"host":{"now":1795384860,"uptime":60},
                 "cloudInit":{"state":"done","finishedUptime":40},
                 "deployments":[{"groupId":"g","deploymentId":"%1$s","startedUptime":10}],
                 "packages":[{"name":"java-17-%1$s","version":"%1$s","installedAt":1795384830}],
                 "jvms":[{"pid":7,"startedUptime":12,"exeLinks":0,"javaHome":"/usr/lib/jvm/%1$s",
                          "javaHomeGone":true,"versionInUse":"%1$s"}]}""".formatted(words));
    }

    private static Chart chart(String words) throws Exception {
        JudgedEvidence look = new JudgedEvidence(evidence(words), "STALE_JDK", -30.0, words);
        Run probe = new Run(Kind.PROBE, BOOT.plusSeconds(41), BOOT.plusSeconds(61), words, words, true);
        return Timeline.chart(words, BOOT, List.of(look), List.of(probe));
    }

    private static void parse(String xml) throws Exception {
        assertNotNull(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml))));
    }

    @Test
    void hostileWords_stayText() throws Exception {
        String svg = Drawing.file(chart(HOSTILE), 800);
        parse(svg);
        assertFalse(svg.contains("<script"), svg);
        assertFalse(svg.contains("\u202e"), "text that turns its own direction");
        String html = Page.html(HOSTILE, List.of(Page.table(List.of(HOSTILE), List.of(List.of(HOSTILE)))));
        parse(html.substring(html.indexOf("<html")));
        assertFalse(html.contains("<script"), html);
    }

    @Test
    void violatedOrder_isDrawnWithItsMargin() throws Exception {
        Chart chart = chart("x");
        assertEquals(new Chart.Order(10, 40), chart.order());
        String svg = Drawing.svg(chart).toString();
        assertTrue(svg.contains("raced: 30.0 s too early"), svg);
        assertTrue(svg.contains("band raced"), svg);
    }

    @Test
    void staleJvm_turnsBrokenWhenItsJdkWasInstalled() throws Exception {
        List<Chart.Mark> marks = chart("x").lanes().stream()
                .filter(lane -> lane.name().equals("JVM"))
                .findFirst()
                .orElseThrow()
                .marks();
        assertEquals(List.of(12.0, 30.0), marks.stream().map(Chart.Mark::from).toList());
        assertEquals(Chart.Shade.BROKEN, marks.getLast().shade());
    }

    private static List<Chart.Mark> boot(String cloudInit) throws Exception {
        Evidence evidence = EvidenceReader.read(
                "{\"schema\":1,\"host\":{\"now\":1795384860,\"uptime\":60},\"cloudInit\":{" + cloudInit + "}}");
        JudgedEvidence look = new JudgedEvidence(evidence, "HEALTHY", null, "");
        return Timeline.chart("x", BOOT, List.of(look), List.of()).lanes().stream()
                .flatMap(lane -> lane.marks().stream())
                .toList();
    }

    /** Clocks differ by a second's part: no stage outlasts cloud-init. */
    @Test
    void stages_standBelowTheWhole() throws Exception {
        List<Chart.Mark> marks = boot("\"state\":\"done\",\"finishedUptime\":40,\"stages\":["
                + "{\"name\":\"init\",\"startedUptime\":4,\"finishedUptime\":4.5},"
                + "{\"name\":\"modules-config\",\"startedUptime\":5},"
                + "{\"name\":\"modules-final\",\"startedUptime\":6,\"finishedUptime\":40.2}]");
        assertEquals(
                List.of("done 40.0 s 0.0-40.0", "init 4.0-4.5", "modules-config 5.0-5.0", "modules-final 6.0-40.0"),
                marks.stream()
                        .map(m -> m.label() + " " + m.from() + "-" + m.to())
                        .toList());
    }

    @Test
    void aStageThatRuns_isDrawnUpToNow() throws Exception {
        List<Chart.Mark> marks = boot("\"state\":\"running\",\"stages\":[{\"name\":\"init\",\"startedUptime\":4},"
                + "{\"name\":\"modules-final\",\"startedUptime\":6}]");
        assertEquals(
                List.of("init 4.0-4.0", "modules-final, running 6.0-60.0"),
                marks.stream()
                        .map(m -> m.label() + " " + m.from() + "-" + m.to())
                        .toList());
    }

    @Test
    void withoutStages_theWholeIsDrawn() throws Exception {
        assertEquals(1, boot("\"state\":\"done\",\"finishedUptime\":40").size());
    }

    @Test
    void nothingKnown_isAnEmptyPicture() throws Exception {
        parse(Drawing.file(Timeline.chart("nothing", BOOT, List.of(), List.of()), 800));
    }

    @Test
    void styleSheet_thatIsNotPlainText_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> Tag.style("</style>"));
    }

    @Test
    void ticks_areFewAndRound() {
        assertEquals(10, new Axis(62).step());
        assertEquals(30, new Axis(180).step());
        assertEquals(7200, new Axis(50_000).step());
        assertTrue(50_000 / new Axis(50_000).step() <= 7);
    }
}
