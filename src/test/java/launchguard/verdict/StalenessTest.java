package launchguard.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a JVM is stale. */
class StalenessTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'exeLinks':1}|false",
                "{'exeLinks':0}|true",
                "{'exeLinks':2}|false",
                "{'exe':'/usr/lib/jvm/java-17/bin/java (deleted)'}|true",
                "{'exeLinks':1,'exe':'/usr/lib/jvm/java-17/bin/java (deleted)'}|false",
                "{'exeLinks':0,'container':true}|false",
                "{'exeLinks':1,'deletedMappings':['/usr/lib/jvm/java-17/lib/modules']}|true",
                "{'exeLinks':1,'deletedMappings':['/usr/lib/jvm/java-17/lib/libjvm.so;5f00aa11']}|true",
                "{'exeLinks':1,'deletedMappings':['/tmp/libnetty_tcnative.so']}|false",
                "{'exeLinks':1,'deletedMappings':['/memfd:java_heap']}|false",
                "{'exeLinks':1,'deletedMappings':['/usr/lib/jvm/java-17-other/lib/modules']}|false",
                "{'exeLinks':1,'javaHome':null,'deletedMappings':['/opt/jre/lib/modules']}|true",
                "{'exeLinks':1,'deletedMappings':['.../lib/server/libjvm.so']}|true",
                "{'exeLinks':'0'}|false",
                "{}|false"
            })
    void stale(String members, boolean expected) throws Exception {
        EvidenceText evidence = new EvidenceText();
        ObjectNode jvm = evidence.jvm(1, 20);
        jvm.setAll((ObjectNode) new ObjectMapper().readTree(members.replace('\'', '"')));
        List<launchguard.probe.Evidence.Jvm> read =
                Objects.requireNonNull(evidence.read().jvms());
        assertEquals(expected, Staleness.stale(read.getFirst()));
    }
}
