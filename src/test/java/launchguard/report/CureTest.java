package launchguard.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each cure has its files, its guide and the systems that it is for. */
class CureTest {

    @ParameterizedTest
    @EnumSource(Cure.class)
    void everyCure_hasItsFilesAndAGuide(Cure cure) throws Exception {
        for (Cure.File file : cure.files()) {
            assertEquals(Files.readString(Path.of(file.path())), file.text());
        }
        assertTrue(Files.exists(Path.of(cure.path().replaceAll("#.*", ""))), cure.path());
        assertFalse(cure.guide().contains("\n## "), "one section");
        assertTrue(cure.guide().length() > 300, cure.guide());
        assertFalse(Wording.prevention(cure).isBlank());
    }

    /** Every file in the folder is a documented cure. */
    @Test
    void everyFile_belongsToACure() throws Exception {
        Set<String> known = new HashSet<>(Set.of("prevention/README.md"));
        for (Cure cure : Cure.values()) {
            cure.files().forEach(file -> known.add(file.path()));
        }
        try (Stream<Path> files = Files.walk(Path.of("prevention"))) {
            assertEquals(files.filter(Files::isRegularFile).map(Path::toString).collect(Collectors.toSet()), known);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "amzn, 2018.03, -, AMAZON_LINUX_1",
                "amzn, 2, -, SYSTEMD",
                "amzn, 2023, -, SYSTEMD",
                "ubuntu, 24.04, -, SYSTEMD",
                "rhel, 9.4, -, SYSTEMD",
                "-, -, systemd, SYSTEMD",
                "-, -, -, USER_DATA"
            })
    void cure_fitsTheSystem(String os, String version, String source, Cure cure) throws Exception {
        assertEquals(cure, Cure.of(evidence(os, version, source)));
        assertEquals(
                "ubuntu".equals(os) ? Cure.KEEP_JDK_APT : Cure.KEEP_JDK_YUM,
                Cure.keepingJdk(evidence(os, version, source)));
    }

    @Test
    void cure_whereNothingIsKnown() {
        assertEquals(Cure.USER_DATA, Cure.of(null));
    }

    private static Evidence evidence(String os, String version, String source) throws Exception {
        return EvidenceReader.read("{\"schema\":1,\"host\":{\"now\":1000100,\"uptime\":100"
                + (os == null ? "" : ",\"os\":\"" + os + "\",\"osVersion\":\"" + version + "\"")
                + "},\"cloudInit\":{\"state\":\"done\""
                + (source == null ? "" : ",\"source\":\"" + source + "\"")
                + "},\"deployments\":[],\"packages\":[],\"jvms\":[]}");
    }
}
