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
                // The executable counts only where it is the JDK's.
                "{'exeLinks':0,'exe':'/usr/bin/jsvc (deleted)'}|false",
                "{'exeLinks':0,'exe':'/usr/bin/python3.11 (deleted)'}|false",
                "{'exeLinks':0,'exe':'/opt/jdk8/bin/java (deleted)','javaHome':'/opt/jdk8/jre'}|true",
                "{'exeLinks':0,'exe':'/usr/bin/java (deleted)','javaHome':null}|true",
                "{'exeLinks':0,'exe':'/usr/bin/jsvc (deleted)','javaHome':null}|false",
                // Files of the JDK itself, under whatever name they are on their way.
                "{'deletedMappings':['/usr/lib/jvm/java-17/lib/server/libjvm.so.dpkg-tmp']}|true",
                "{'deletedMappings':['/usr/lib/jvm/java-17/lib/server/.nfs000000000c4f2a1e00000003']}|true",
                "{'deletedMappings':['/usr/lib/jvm/java-17/lib/libnio.so']}|true",
                "{'deletedMappings':['/usr/lib/jvm/java-17/bin/java']}|true",
                "{'javaHome':'/opt/jdk8/jre','deletedMappings':['/opt/jdk8/jre/lib/rt.jar']}|true",
                "{'javaHome':'/opt/jdk8/jre','deletedMappings':['/opt/jdk8/jre/lib/amd64/server/libjvm.so']}|true",
                "{'javaHome':'/opt/jdk8/jre','deletedMappings':['/opt/jdk8/jre/lib/ext/sunec.jar']}|true",
                "{'javaHomeGone':true,'exeLinks':1}|true",
                // What is dumped again, and what an application keeps below java.home.
                "{'deletedMappings':['/usr/lib/jvm/java-17/lib/server/classes.jsa']}|false",
                "{'deletedMappings':['/usr/lib/jvm/java-17/lib/server/classes_nocoops.jsa']}|false",
                "{'javaHome':'/opt/pay','deletedMappings':['/opt/pay/tmp/jna-1/jna123.tmp']}|false",
                "{'javaHome':'/opt/pay','deletedMappings':['/opt/pay/lib/app.jar']}|false",
                "{'javaHome':'/opt/pay','deletedMappings':['/opt/pay/lib/libnetty_tcnative_linux_x86_64.so']}|false",
                "{'javaHome':'/opt/pay','deletedMappings':['/opt/pay/data/cache.db']}|false",
                "{'javaHome':'/opt/pay','deletedMappings':['/opt/pay/work/lib/libjvm.so']}|false",
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
