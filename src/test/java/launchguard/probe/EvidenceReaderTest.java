package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an instance prints is read, or refused with the reason; it never breaks the reader. */
class EvidenceReaderTest {
    private static final String HOST = "\"schema\":1,\"host\":{\"now\":1000100,\"uptime\":100}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|printed nothing",
                "` `|printed nothing",
                "{}|schema is not named",
                "[]|no JSON object",
                "null|no JSON object",
                "1|no JSON object",
                "{\"schema\":2}|schema is not the number 1",
                "{\"schema\":\"1\"}|schema is not the number 1",
                "{\"schema\":1.9}|schema is not the number 1",
                "{\"schema\":true}|schema is not the number 1",
                "{\"schema\":1,\"schema\":2}|not whole JSON",
                "{\"schema\":1}|host.now and host.uptime are missing",
                "{\"schema\":1,\"host\":{\"now\":\"1\",\"uptime\":\"1\"}}|host.now and host.uptime are missing",
                "{\"schema\":1,\"host\":{\"now\":1e400,\"uptime\":1}}|host.now and host.uptime are missing",
                "{\"schema\":1,\"host\":{\"now\":1,\"uptime\":-1}}|host.now and host.uptime are missing",
                "{\"schema\":1,\"host\":{\"now\":NaN,\"uptime\":1}}|not whole JSON",
                "{\"schema\":1,|not whole JSON (it breaks off",
                "{\"schema\":1} {}|not whole JSON",
                "#!/bin/sh|not whole JSON"
            })
    void refused(String printed, String why) {
        String message = assertThrows(UnreadableEvidenceException.class, () -> EvidenceReader.read(printed))
                .why();
        assertTrue(message.contains(why), message);
    }

    @Test
    void nestedTooDeeplyIsRefused() {
        String deep = "{\"schema\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThrows(UnreadableEvidenceException.class, () -> EvidenceReader.read(deep));
    }

    @Test
    void theLeastThereCanBe() throws Exception {
        Evidence evidence = EvidenceReader.read("\uFEFF{" + HOST + "}\n");
        assertEquals(CloudInit.State.UNKNOWN, evidence.cloudInit().state());
        assertNull(evidence.jvms());
        assertNull(evidence.packages());
        assertTrue(evidence.deployments().isEmpty());
        assertNull(evidence.agent().installed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "\"x\"", "null", "true", "[1,\"x\",null,[],{}]", "{\"a\":{}}"})
    void partsOfTheWrongKindAreAbsent(String value) throws Exception {
        StringBuilder json = new StringBuilder("{" + HOST);
        for (String part : new String[] {
            "cloudInit", "agent", "deployments", "packages", "jvms", "failedUnits", "symptoms", "problems", "truncated"
        }) {
            json.append(",\"").append(part).append("\":").append(value);
        }
        Evidence evidence = EvidenceReader.read(json + "}");
        assertEquals(CloudInit.State.UNKNOWN, evidence.cloudInit().state());
        assertTrue(evidence.deployments().isEmpty());
        assertTrue(evidence.jvms() == null || evidence.jvms().isEmpty());
        assertTrue(evidence.failedUnits().isEmpty());
    }

    @Test
    void uptimeComesBeforeEpochAndEpochIsConverted() throws Exception {
        Evidence evidence = EvidenceReader.read("{" + HOST
                + ",\"cloudInit\":{\"state\":\"done\",\"finishedUptime\":7.5,\"finishedAt\":1000099},\"deployments\":["
                + "{\"groupId\":\"g\",\"deploymentId\":\"d-1\",\"startedAt\":1000020.25,\"thisBoot\":true},"
                + "{\"groupId\":\"g\",\"deploymentId\":\"d-2\",\"startedAt\":999000}],\"packages\":["
                + "{\"name\":\"java\",\"installedAt\":999990}]}");
        assertEquals(7.5, evidence.cloudInit().finishedUptime());
        assertEquals(20.25, evidence.deployments().getFirst().startedUptime());
        assertFalse(evidence.deployments().get(1).thisBoot(), "dated before this boot");
        assertEquals(
                -10.0, Objects.requireNonNull(evidence.packages()).getFirst().installedUptime());
        assertEquals(20.25, evidence.uptimeOf(1000020.25));
    }

    /** Evidence of the older form has whole paths; where java.home is not known, its place is the root. */
    @Test
    void mappingsBelowJavaHome_needNotNameIt() throws Exception {
        Evidence evidence = EvidenceReader.read("{" + HOST + ",\"jvms\":[{\"pid\":7,\"javaHome\":\"/opt/jdk\","
                + "\"deletedMappings\":[\"lib/modules\",\"/opt/jdk/lib/libnio.so\",\"/srv/a.so\",\".../libjvm.so\"]},"
                + "{\"pid\":8,\"deletedMappings\":[\"opt/jre/lib/modules\"]}]}");
        List<Evidence.Jvm> jvms = Objects.requireNonNull(evidence.jvms());
        assertEquals(
                List.of("/opt/jdk/lib/modules", "/opt/jdk/lib/libnio.so", "/srv/a.so", ".../libjvm.so"),
                jvms.getFirst().deletedMappings());
        assertEquals(List.of("/opt/jre/lib/modules"), jvms.get(1).deletedMappings());
    }

    @Test
    void itemsWithoutANameAreLeftOut() throws Exception {
        Evidence evidence = EvidenceReader.read("{" + HOST
                + ",\"deployments\":[{\"groupId\":\"g\"},{\"deploymentId\":\"d-1\"}],\"packages\":[{}],"
                + "\"jvms\":[{},{\"pid\":0},{\"pid\":-1},{\"pid\":\"7\"},{\"pid\":1.5},{\"pid\":99999999999},{\"pid\":7}],"
                + "\"failedUnits\":[{\"unit\":5}],\"symptoms\":[{\"file\":\"f\"}]}");
        assertTrue(evidence.deployments().isEmpty());
        assertEquals(1, Objects.requireNonNull(evidence.jvms()).size());
        assertTrue(evidence.failedUnits().isEmpty());
        assertTrue(evidence.symptoms().isEmpty());
    }

    @Test
    void stagesOfCloudInit_areReadAsFarAsTheyMakeSense() throws Exception {
        Evidence evidence = EvidenceReader.read("{" + HOST + ",\"cloudInit\":{\"stages\":[5,{},"
                + "{\"name\":\"init\"},{\"name\":7,\"startedUptime\":1},{\"name\":\"early\",\"startedUptime\":-1},"
                + "{\"name\":\"a\",\"startedAt\":1000004.5,\"finishedUptime\":6},"
                + "{\"name\":\"b\",\"startedUptime\":7,\"finishedUptime\":6}]}}");
        assertEquals(
                List.of(new CloudInit.Stage("a", 4.5, 6.0), new CloudInit.Stage("b", 7, null)),
                evidence.cloudInit().stages());
        assertTrue(EvidenceReader.read("{" + HOST + ",\"cloudInit\":{\"stages\":{\"name\":\"a\"}}}")
                .cloudInit()
                .stages()
                .isEmpty());
    }

    @Test
    void amountsAreBounded() throws Exception {
        String longText = "x".repeat(5_000);
        Evidence evidence = EvidenceReader.read("{" + HOST + ",\"problems\":["
                + "\"p\",".repeat(5_000) + "\"" + longText + "\"],\"failedUnits\":[{\"unit\":\"" + longText + "\"}],"
                + "\"jvms\":[{\"pid\":1,\"exeLinks\":0,\"startTicks\":9223372036854775808}]}");
        assertEquals(1_000, evidence.problems().size());
        assertEquals(1_000, evidence.failedUnits().getFirst().unit().length());
        Evidence.Jvm jvm = Objects.requireNonNull(evidence.jvms()).getFirst();
        assertNull(jvm.startTicks(), "more than a long can hold");
        Evidence shortened = EvidenceReader.read("{" + HOST + ",\"problems\":[\"" + longText + "\"]}");
        assertEquals(1_000, shortened.problems().getFirst().length());
    }
}
