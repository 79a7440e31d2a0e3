package launchguard.documents;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import launchguard.documents.RepairedInstance.Ended;
import launchguard.template.WriteDocuments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts as SSM carries them: one line that sets the arguments, then the script without its comments. */
class DocumentTextTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void theTextRunsBehindThePrologue() {
        RepairedInstance instance = RepairedInstance.of("rpm-dnf-race-jdk8-status-error", folder);
        Ended redeployed = instance.runText(
                "set -- '" + RepairedInstance.GROUP + "' 'd-4XAMPLE01' 'prod' 'rest-api' '184:1075' '' 'stale' ''\n"
                        + RepairedInstance.text("redeploy.sh"));
        assertEquals("launch-guard: result proved", redeployed.lastLine(), redeployed.output());
        Ended restarted = instance.runText("set -- '184' '1075' ''\n" + RepairedInstance.text("restart.sh"));
        assertEquals(13, restarted.code(), restarted.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart.sh", "redeploy.sh"})
    void ssmTakesTheTextAsItIs(String script) {
        String text = RepairedInstance.text(script);
        assertAll(
                () -> assertFalse(text.contains("{{"), "SSM would take it for a parameter"),
                () -> assertTrue(text.length() < 54_000, "its document fits below SSM's limit"),
                () -> assertTrue(text.endsWith("\nmain \"$@\"\n"), "a text cut short does nothing"),
                () -> assertTrue(text.lines().allMatch(line -> line.length() <= 260)),
                () -> assertEquals(
                        Set.of(),
                        Pattern.compile("\\b(?:exit|finish|return) (?!0\\b|1\\b|1[0-6]\\b|2[01]\\b|75\\b|98\\b)\\d+")
                                .matcher(text)
                                .results()
                                .map(MatchResult::group)
                                .collect(Collectors.toSet()),
                        "SSM calls 168 a success and reboots for 194"));
    }

    /** One rule says what is stale, in the probe and in both repair scripts. */
    @ParameterizedTest
    @ValueSource(strings = {"restart.sh", "redeploy.sh"})
    void whatMakesAJvmStaleIsTheProbesOwnRule(String script) throws IOException {
        String text = WriteDocuments.source(script);
        for (String part : List.of("\nfunction of_the_jdk(", "\njdk_moved() {", "\nchanged_since() {")) {
            assertTrue(WriteDocuments.source("probe.sh").contains(part), "the probe lacks" + part);
            assertEquals(2, text.split(Pattern.quote(part), -1).length, script + " has not exactly one" + part);
        }
        assertTrue(text.lines().noneMatch(line -> line.startsWith("# JOIN ")), "a line that stands for others is left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart.sh", "redeploy.sh"})
    void commentsStayInTheSources(String script) {
        assertEquals(
                List.of("#!/bin/sh"),
                RepairedInstance.text(script)
                        .lines()
                        .filter(line -> line.strip().startsWith("#"))
                        .toList());
    }
}
