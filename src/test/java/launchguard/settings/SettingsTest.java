package launchguard.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.guard.Limits;
import launchguard.guard.Rung;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment of the contract: its defaults, its values, and its faults by name. */
class SettingsTest {
    private static final Map<String, String> LEAST =
            Map.of("LAUNCH_GUARD_TABLE", "cases", "LAUNCH_GUARD_QUEUE_URL", "http://queue");

    private static Settings with(String... pairs) {
        Map<String, String> environment = new HashMap<>(LEAST);
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return Settings.from(environment);
    }

    private static final Settings DEFAULTS = new Settings(
            "cases",
            "http://queue",
            "LaunchGuard",
            "on",
            Set.of(),
            new Limits(
                    false, List.of(Rung.REDEPLOY, Rung.REPLACE), false, 2, Duration.ofHours(1), 20, false, true, false),
            Duration.ofHours(2),
            Duration.ofHours(1),
            new GateSettings(new HookName("launch-guard-gate"), Duration.ofMinutes(30), Duration.ofSeconds(400)),
            false);

    @Test
    void defaults_areTheContracts() {
        assertEquals(DEFAULTS, Settings.from(LEAST));
    }

    @Test
    void emptyAndBlank_countAsNotSet() {
        Map<String, String> empty = new HashMap<>(LEAST);
        for (String name : List.of(
                "MODE",
                "DOCUMENT_PREFIX",
                "LADDER",
                "REDEPLOY_SCOPE",
                "LAUNCH_WINDOW",
                "BOOT_DEADLINE",
                "MAX_REPLACEMENTS",
                "REPLACEMENT_WINDOW",
                "MAX_UNAVAILABLE_PERCENT",
                "REPLACE_SINGLE",
                "IN_PLACE",
                "ACT_ON_BYSTANDERS",
                "OPT_IN_VALUE",
                "GROUPS",
                "AFTER_PATCH")) {
            empty.put("LAUNCH_GUARD_" + name, name.length() % 2 == 0 ? "" : " ");
        }
        assertEquals(DEFAULTS, Settings.from(empty));
    }

    @Test
    void everyValue_isRead() {
        Settings settings = with(
                "LAUNCH_GUARD_MODE", "remediate",
                "LAUNCH_GUARD_DOCUMENT_PREFIX", "Ours",
                "LAUNCH_GUARD_LADDER", "replace, restart,redeploy",
                "LAUNCH_GUARD_REDEPLOY_SCOPE", "group",
                "LAUNCH_GUARD_LAUNCH_WINDOW", "P1D",
                "LAUNCH_GUARD_BOOT_DEADLINE", "PT30M",
                "LAUNCH_GUARD_MAX_REPLACEMENTS", "0",
                "LAUNCH_GUARD_REPLACEMENT_WINDOW", "PT15M",
                "LAUNCH_GUARD_MAX_UNAVAILABLE_PERCENT", "100",
                "LAUNCH_GUARD_REPLACE_SINGLE", "true",
                "LAUNCH_GUARD_IN_PLACE", "report",
                "LAUNCH_GUARD_ACT_ON_BYSTANDERS", "true",
                "LAUNCH_GUARD_OPT_IN_VALUE", "yes please",
                "LAUNCH_GUARD_GROUPS", "web, batch jobs,",
                "LAUNCH_GUARD_GATE_HOOK", "our/gate",
                "LAUNCH_GUARD_GATE_DEADLINE", "PT20M",
                "LAUNCH_GUARD_GATE_BEAT", "PT100S",
                "LAUNCH_GUARD_AFTER_PATCH", "report");
        assertEquals(
                new Settings(
                        "cases",
                        "http://queue",
                        "Ours",
                        "yes please",
                        Set.of(new GroupName("web"), new GroupName("batch jobs")),
                        new Limits(
                                true,
                                List.of(Rung.REPLACE, Rung.RESTART, Rung.REDEPLOY),
                                true,
                                0,
                                Duration.ofMinutes(15),
                                100,
                                true,
                                false,
                                true),
                        Duration.ofDays(1),
                        Duration.ofMinutes(30),
                        new GateSettings(new HookName("our/gate"), Duration.ofMinutes(20), Duration.ofSeconds(100)),
                        true),
                settings);
    }

    @Test
    void ladder_namesEachRungOnce() {
        assertEquals(
                List.of(Rung.REPLACE),
                with("LAUNCH_GUARD_LADDER", "replace,replace").limits().ladder());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LAUNCH_GUARD_MODE|Remediate",
                "LAUNCH_GUARD_MODE|on",
                "LAUNCH_GUARD_DOCUMENT_PREFIX|a b",
                "LAUNCH_GUARD_DOCUMENT_PREFIX|ab",
                "LAUNCH_GUARD_LADDER|none",
                "LAUNCH_GUARD_LADDER|,",
                "LAUNCH_GUARD_LADDER|redeploy,",
                "LAUNCH_GUARD_LADDER|redeploy;replace",
                "LAUNCH_GUARD_LADDER|REPLACE",
                "LAUNCH_GUARD_REDEPLOY_SCOPE|fleet",
                "LAUNCH_GUARD_LAUNCH_WINDOW|2h",
                "LAUNCH_GUARD_LAUNCH_WINDOW|PT0S",
                "LAUNCH_GUARD_LAUNCH_WINDOW|PT-1H",
                "LAUNCH_GUARD_LAUNCH_WINDOW|PT2562047788015H",
                "LAUNCH_GUARD_BOOT_DEADLINE|3600",
                "LAUNCH_GUARD_REPLACEMENT_WINDOW|P1M",
                "LAUNCH_GUARD_MAX_REPLACEMENTS|-1",
                "LAUNCH_GUARD_MAX_REPLACEMENTS|1001",
                "LAUNCH_GUARD_MAX_REPLACEMENTS|99999999999",
                "LAUNCH_GUARD_MAX_REPLACEMENTS|2.5",
                "LAUNCH_GUARD_MAX_UNAVAILABLE_PERCENT|101",
                "LAUNCH_GUARD_MAX_UNAVAILABLE_PERCENT|20%",
                "LAUNCH_GUARD_REPLACE_SINGLE|yes",
                "LAUNCH_GUARD_IN_PLACE|ignore",
                "LAUNCH_GUARD_ACT_ON_BYSTANDERS|1"
            })
    void badValue_isNamed(String name, String value) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> with(name, value))
                .getMessage());
        assertTrue(message.contains(name + " is \"" + value + "\", expected "), message);
    }

    @Test
    void allFaults_areNamedAtOnce() {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> Settings.from(Map.of(
                                "LAUNCH_GUARD_MODE", "x", "LAUNCH_GUARD_LADDER", "x", "LAUNCH_GUARD_IN_PLACE", "x")))
                .getMessage());
        for (String name : List.of("TABLE must be set", "QUEUE_URL must be set", "MODE is", "LADDER is", "PLACE is")) {
            assertTrue(message.contains(name), message);
        }
        assertFalse(message.contains("SCOPE"), message);
    }
}
