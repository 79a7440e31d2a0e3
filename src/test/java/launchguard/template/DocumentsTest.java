package launchguard.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.template.Template.Document;
import launchguard.template.Template.Parameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What SSM will run is the script that was tested, and nothing that a parameter holds can change it. */
final class DocumentsTest {
    private static final Map<String, String> FILES = Map.of(
            "LaunchGuard-Probe", "probe.sh",
            "LaunchGuard-Restart", "restart.sh",
            "LaunchGuard-Redeploy", "redeploy.sh");

    /** What a hostile or broken instance, tag or name might hold. */
    private static final List<String> HOSTILE = List.of(
            "'; reboot; '",
            "'",
            "\"",
            "\"; id; \"",
            "$(id)",
            "${HOME}",
            "$HOME",
            "`id`",
            "a b",
            " ",
            "a\nb",
            "1\n",
            "a\r",
            "\t",
            "-x",
            "--help",
            "-1",
            "a;b",
            "a|b",
            "a&b",
            "a>b",
            "a\\b",
            "../etc",
            "a/b",
            "*",
            "a?",
            "~root",
            "{{ pid }}",
            "{{ssm:secret}}",
            "#a",
            "!1",
            "(a)",
            "é",
            "\u0000",
            "\u2028");

    private final Map<String, Document> documents =
            Template.read(Path.of("template.yaml")).documents();

    @ParameterizedTest
    @ValueSource(strings = {"LaunchGuard-Probe", "LaunchGuard-Restart", "LaunchGuard-Redeploy"})
    void script_isTheVeryTextOfItsFile_behindOneLine(String name) throws IOException {
        String file = file(name);
        assertEquals(
                WriteDocuments.documentText(file, WriteDocuments.source(file)),
                document(name).script(),
                file + " and template.yaml differ: run mvn -q -Pdocuments");
    }

    /** The scripts come last, after everything else in the file. */
    @Test
    void documents_areLast() throws IOException {
        String template = Files.readString(WriteDocuments.TEMPLATE);
        int last = template.indexOf("# END redeploy.sh");
        assertTrue(last > 0 && template.substring(last).lines().count() == 1, "something stands behind the documents");
        String before = template.substring(0, template.indexOf("# BEGIN probe.sh"));
        for (String part : List.of("\nOutputs:\n", "\n  FunctionRole:\n", "\n  Dashboard:\n")) {
            assertTrue(before.contains(part), part);
        }
    }

    @Test
    void template_isWhatTheWriterWouldWrite() throws IOException {
        String template = Files.readString(WriteDocuments.TEMPLATE);
        assertTrue(
                template.equals(WriteDocuments.written(template, WriteDocuments.scripts())), "run mvn -q -Pdocuments");
    }

    /** What runs before anything is installed is the stack's own probe, by another name. */
    @Test
    void probeOfExposure_isTheStacksOwn() throws IOException {
        String exposure = Files.readString(WriteDocuments.EXPOSURE);
        assertTrue(exposure.equals(WriteDocuments.written(exposure, WriteDocuments.probe())), "run mvn -q -Pdocuments");
        Map<String, Document> theirs = Template.read(
                        WriteDocuments.EXPOSURE, Map.of("TrustedAccountId", "123456789012"))
                .documents();
        assertEquals(Set.of("LaunchGuardExposure-Probe"), theirs.keySet());
        theirs.values()
                .forEach(probe -> assertEquals(document("LaunchGuard-Probe").content(), probe.content()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LaunchGuard-Probe", "LaunchGuard-Restart", "LaunchGuard-Redeploy"})
    void braces_standInTheFirstLineAloneAndNameEachParameterOnce(String name) {
        String[] parts = document(name).script().split("\n", 2);
        Matcher use = Pattern.compile("'\\{\\{ (\\w+) }}'").matcher(parts[0]);
        Set<String> used = new TreeSet<>();
        while (use.find()) {
            assertTrue(used.add(use.group(1)), "twice: " + use.group(1));
        }
        assertAll(
                () -> assertEquals(document(name).parameters().keySet(), used),
                () -> assertFalse(
                        parts[1].contains("{{") || parts[1].contains("}}"), "SSM would take them for its own"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LaunchGuard-Probe", "LaunchGuard-Restart", "LaunchGuard-Redeploy"})
    void text_fitsAndIsPlain(String name) {
        Document document = document(name);
        assertAll(
                // SSM's limit for a document.
                () -> assertTrue(document.content().getBytes(UTF_8).length <= 64 * 1024, "over 64 KB"),
                // CloudFormation is not to be trusted with other letters; in a comment a question mark does no harm.
                () -> document.script()
                        .lines()
                        .filter(line -> !line.strip().startsWith("#"))
                        .forEach(line -> assertTrue(
                                UTF_8.newEncoder().canEncode(line)
                                        && line.chars().allMatch(letter -> letter < 128),
                                line)),
                () -> assertFalse(document.script().contains("\r"), "line ends"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LaunchGuard-Probe", "LaunchGuard-Restart", "LaunchGuard-Redeploy"})
    void hostileValues_areRefused(String name) {
        document(name)
                .parameters()
                .forEach((parameter, shape) -> HOSTILE.forEach(
                        value -> assertFalse(shape.accepts(value), parameter + " lets through " + value)));
    }

    /**
     * SSM may search where it means to match, so the anchors alone must do. All they can't refuse is one line end after a
     * good value, which is lost between the quotes of the first line.
     */
    @Test
    void patterns_areAnchored() {
        Pattern lineEnd = Pattern.compile("\\R\\z");
        documents
                .values()
                .forEach(document -> document.parameters()
                        .forEach((parameter, shape) -> HOSTILE.stream()
                                .filter(value -> !lineEnd.matcher(value).find())
                                .forEach(value -> assertFalse(
                                        shape.allowedPattern().matcher(value).find(), parameter + " finds " + value))));
    }

    @ParameterizedTest
    @CsvSource({
        "LaunchGuard-Probe,waitSeconds,0,true",
        "LaunchGuard-Probe,waitSeconds,60,true",
        "LaunchGuard-Probe,waitSeconds,3600,true",
        "LaunchGuard-Probe,waitSeconds,3601,false",
        // A shell would read it as octal.
        "LaunchGuard-Probe,waitSeconds,08,false",
        "LaunchGuard-Probe,deploymentId,'',true",
        "LaunchGuard-Probe,deploymentId,d-4XAMPLE01,true",
        "LaunchGuard-Probe,deploymentId,d-0P04JV81Y-local,true",
        "LaunchGuard-Probe,deploymentId,d-,false",
        "LaunchGuard-Restart,pid,2210,true",
        "LaunchGuard-Restart,pid,0,false",
        "LaunchGuard-Restart,pid,'',false",
        "LaunchGuard-Restart,pid,4194304,true",
        "LaunchGuard-Restart,startTicks,5020,true",
        "LaunchGuard-Restart,startTicks,'',false",
        "LaunchGuard-Redeploy,groupId,3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01,true",
        "LaunchGuard-Redeploy,groupId,default-local-deployment-group,false",
        "LaunchGuard-Redeploy,deploymentId,d-4XAMPLE01,true",
        "LaunchGuard-Redeploy,deploymentId,d-0P04JV81Y-local,true",
        "LaunchGuard-Redeploy,deploymentId,local-4711,true",
        "LaunchGuard-Redeploy,deploymentId,'',false",
        "LaunchGuard-Redeploy,groupName,payments-production,true",
        "LaunchGuard-Redeploy,groupName,'a.b_c+d=e,f@g-h',true",
        "LaunchGuard-Redeploy,groupName,'',false",
        "LaunchGuard-Redeploy,applicationName,payments,true",
        "LaunchGuard-Redeploy,pids,2210:5020,true",
        "LaunchGuard-Redeploy,pids,'2210:5020,2304:5891',true",
        "LaunchGuard-Redeploy,pids,'',true",
        "LaunchGuard-Redeploy,pids,2210,false",
        "LaunchGuard-Redeploy,pids,'2210:5020,',false",
        "LaunchGuard-Restart,notAfter,'',true",
        "LaunchGuard-Restart,notAfter,1683679602,true",
        "LaunchGuard-Restart,notAfter,1683679602.5,false",
        "LaunchGuard-Restart,notAfter,01,false",
        "LaunchGuard-Redeploy,notAfter,'',true",
        "LaunchGuard-Redeploy,notAfter,1683679602,true",
        "LaunchGuard-Redeploy,notAfter,-1,false",
        "LaunchGuard-Redeploy,units,'',true",
        "LaunchGuard-Redeploy,units,rest-api.service,true",
        "LaunchGuard-Redeploy,units,'worker@1.service,rest\\x2dapi.service',true",
        "LaunchGuard-Redeploy,units,rest-api,false",
        "LaunchGuard-Redeploy,units,-rest.service,false",
        "LaunchGuard-Redeploy,units,'a.service,',false",
        "LaunchGuard-Redeploy,units,'a.service,,b.service',false",
        "LaunchGuard-Redeploy,units,a\\b.service,false",
        "LaunchGuard-Redeploy,units,system.slice/a.service,false",
        "LaunchGuard-Redeploy,expect,stale,true",
        "LaunchGuard-Redeploy,expect,missing,true",
        "LaunchGuard-Redeploy,expect,'',false",
        "LaunchGuard-Redeploy,expect,fresh,false"
    })
    void values_areTakenByTheirShape(String name, String parameter, String value, boolean accepted) {
        Parameter shape = document(name).parameters().get(parameter);
        assertNotNull(shape, parameter);
        assertEquals(accepted, shape.accepts(value));
    }

    @Test
    void defaults_areAcceptedByTheirOwnPatterns() {
        documents
                .values()
                .forEach(document -> document.parameters().forEach((parameter, shape) -> {
                    String value = shape.defaultValue();
                    assertTrue(value == null || shape.accepts(value), parameter);
                }));
    }

    /** Those who send a command as it was before: without a latest start, without units. */
    @Test
    void newParameters_haveDefaults() {
        for (String name : List.of("LaunchGuard-Restart", "LaunchGuard-Redeploy")) {
            Set<String> added = name.equals("LaunchGuard-Restart") ? Set.of("notAfter") : Set.of("notAfter", "units");
            added.forEach(parameter -> {
                Parameter shape = document(name).parameters().get(parameter);
                assertNotNull(shape, parameter);
                assertEquals("", shape.defaultValue(), parameter);
            });
        }
    }

    /** CloudFormation sends a document's content as JSON with indents, and SSM counts those. */
    @ParameterizedTest
    @ValueSource(strings = {"LaunchGuard-Probe", "LaunchGuard-Restart", "LaunchGuard-Redeploy"})
    void text_fitsInTheIndentedFormThatCloudFormationSends(String name) throws IOException {
        ObjectMapper json = new ObjectMapper();
        byte[] sent = json.writerWithDefaultPrettyPrinter()
                .writeValueAsString(json.readTree(document(name).content()))
                .getBytes(UTF_8);
        System.out.println(name + ": " + sent.length + " bytes in the indented form");
        assertTrue(sent.length < 60_000, name + " has " + sent.length + " bytes");
    }

    @Test
    void probe_isGivenLongerThanItMayWait() {
        assertTrue(document("LaunchGuard-Probe").timeout().compareTo(Duration.ofMinutes(61)) > 0);
    }

    private Document document(String name) {
        Document document = documents.get(name);
        assertNotNull(document, name);
        return document;
    }

    private static String file(String name) {
        String file = FILES.get(name);
        assertNotNull(file, name);
        return file;
    }
}
