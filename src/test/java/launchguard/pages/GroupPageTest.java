package launchguard.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.Finding;
import launchguard.cases.Memory;
import launchguard.cases.Observation;
import launchguard.cases.Status;
import launchguard.cases.Timer;
import launchguard.guard.Refusal;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.report.GroupWording;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the page of a group's launches shows, and what it counts. */
class GroupPageTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    /** The nth launch; null for a case without a probe. */
    private static Launch launch(int n, @Nullable String verdict, @Nullable Double margin) {
        Instant opened = NOW.plusSeconds(60L * n);
        CaseId id = new CaseId(new InstanceId(String.format("i-%017x", n)), opened, 1);
        Memory memory = Memory.NONE;
        Case current = new Case(
                id,
                1,
                new GroupName("web & <b>more</b>"),
                null,
                null,
                false,
                false,
                null,
                opened,
                opened.plusSeconds(7200),
                new CaseStep.Ended(Status.CLOSED, opened.plusSeconds(60)),
                null,
                new Timer(2, null, true),
                null,
                List.of(),
                0,
                Set.of(),
                Set.of(),
                Finding.NONE,
                memory,
                List.of());
        if (verdict != null) {
            Observation seen = new Observation(opened.plusSeconds(50), verdict, margin, "because", List.of(), null);
            current = current.change()
                    .probed(new Memory("boot", Set.of(), "{}", null), seen)
                    .done();
        }
        return new Launch(current, null, "lt-1:" + n % 3);
    }

    private static String page(List<Launch> launches) {
        return GroupPage.of("Group web", launches, NOW, NOW.plusSeconds(3600));
    }

    @Test
    void ofAThousandLaunches_itStaysSmall() {
        List<Launch> many = IntStream.range(0, 1_000)
                .mapToObj(n -> launch(
                        n,
                        n % 4 == 0 ? "STALE_JDK" : "HEALTHY",
                        n == 999 ? 90_000.0 : n % 4 == 0 ? -20.0 - n : 5.0 + n))
                .toList();
        String page = page(many);
        assertTrue(
                page.getBytes(StandardCharsets.UTF_8).length < 200 * 1024,
                page.getBytes(StandardCharsets.UTF_8).length + " bytes");
        assertTrue(page.contains("1000 launches, 250 of which raced"), "all are counted");
        assertTrue(page.contains("The newest 300 launches of 1000"), "and it says which are listed");
        assertTrue(page.contains("(beyond the picture)"), "one far away leaves the others room");
    }

    @Test
    void whatIsNotKnown_isNotDrawn() {
        List<Launch> some = new ArrayList<>(List.of(launch(1, null, null), launch(2, "UNREACHABLE", null)));
        String none = page(some);
        assertTrue(none.contains("No launch has a margin that is known."), none);
        assertTrue(none.contains("NO_VERDICT 1</span>"), none);
        assertFalse(none.contains("<b>more"), none);
        assertTrue(none.contains("2 launches, none of which is known to have raced."), none);
        assertTrue(page(some.subList(0, 1)).contains(": 1 launch, none"), none);
        some.add(launch(3, "LUCKY_RACE", -3.0));
        String drawn = page(some);
        assertEquals(2, drawn.split("<path ", -1).length, "one mark");
        assertTrue(drawn.contains("The 1 newest launches whose margin is known, of 3."), drawn);
    }

    @Test
    void whatObservingWouldHaveDone_isCounted() {
        List<Launch> some = new ArrayList<>();
        for (String would : new String[] {"redeploy", "UNAVAILABLE_SHARE", "redeploy"}) {
            Launch launch = launch(some.size(), "STALE_JDK", -9.0);
            some.add(new Launch(
                    launch.stored().change().finding(Finding.NONE.would(would)).done(), null, null));
        }
        String page = page(some);
        assertTrue(page.contains("What would have been done"), page);
        assertTrue(page.matches("(?s).*<td[^>]*>redeploy</td>\\s*<td[^>]*>2</td>.*"), page);
        assertFalse(page(List.of(launch(1, "HEALTHY", 5.0))).contains("What would have been done"));
    }

    /** A verdict that says nothing yet is not how the launch went. */
    @Test
    void firstConclusiveVerdict_isTheLaunchs() {
        Launch launch = launch(1, "STILL_BOOTING", null);
        Case later = launch.stored()
                .change()
                .probed(
                        new Memory("boot", Set.of(), "{1}", null),
                        new Observation(NOW.plusSeconds(90), "STALE_JDK", -9.0, "because", List.of(), null))
                .probed(
                        new Memory("boot", Set.of(), "{2}", null),
                        new Observation(NOW.plusSeconds(99), "HEALTHY", 40.0, "because", List.of(), null))
                .done();
        Launch judged = new Launch(later, null, null);
        assertEquals("STALE_JDK", judged.verdict());
        assertTrue(judged.raced());
    }

    /** A week of observing: what would have followed, by group and template version, and what that asks of the reader. */
    @Test
    void ofObservedLaunches_itSaysWhatWouldHaveFollowed_andWhatThatAsks() {
        List<Launch> observed = new ArrayList<>();
        List<String> would = List.of("redeploy", "redeploy", "redeploy", "REPLACEMENT_BUDGET");
        for (int n = 0; n < would.size(); n++) {
            Launch launch = launch(n, "STALE_JDK", -10.0);
            Case held = launch.stored()
                    .change()
                    .finding(new Finding("STALE_JDK", -10.0, false, "because", null, "OBSERVE_MODE", would.get(n)))
                    .done();
            observed.add(new Launch(held, null, n == 1 ? "lt-1:2" : "lt-1:1"));
        }
        String page = page(observed);
        assertTrue(page.contains("3 would have got a remedy, 1 would have been held back."), page);
        assertTrue(page.contains("<td>lt-1:1</td><td>redeploy</td><td>2</td><td>Set Mode to remediate.</td>"), page);
        assertTrue(page.contains("<td>lt-1:2</td><td>redeploy</td><td>1</td><td>Set Mode to remediate.</td>"), page);
        assertTrue(
                page.contains(
                        "<td>REPLACEMENT_BUDGET</td><td>1</td><td>Fix the image; only then raise MaxReplacements.</td>"),
                page);
        assertTrue(page.contains("<td>Fix the image: launches from this template keep racing.</td>"), page);
    }

    @Test
    void everyRefusal_asksSomethingOfTheReader() {
        for (Refusal.Name name : Refusal.Name.values()) {
            assertFalse(GroupWording.request(name.name()).isBlank());
        }
    }
}
