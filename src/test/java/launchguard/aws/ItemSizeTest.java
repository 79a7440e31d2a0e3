package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.Memory;
import launchguard.cases.Observation;
import launchguard.cases.SampleCases;
import launchguard.cases.Status;
import launchguard.cases.TooLargeException;
import launchguard.guard.GroupBudget;
import launchguard.guard.Reservation;
import launchguard.model.CaseId;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Sandbox;
import launchguard.verdict.Ownership;
import launchguard.verdict.SeenJvm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an instance prints and how many instances are broken never makes an item that the table refuses. */
@Tag("verify")
class ItemSizeTest {
    private static Sandbox aws;
    private static DynamoCaseStore store;

    @BeforeAll
    static void start() {
        aws = Sandbox.start();
        store = new DynamoCaseStore(Functions.clients(aws), aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""));
    }

    @AfterAll
    static void close() {
        aws.close();
    }

    /** One, two, three and four bytes of UTF-8, what JSON escapes, and half a pair. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "\u00e9", "\u3042", "\ud83d\ude00", "\"", "\\", "\u0000", "\ud83d"})
    void caseOfHostileEvidence_isStored(String letter) {
        int number = letter.codePointAt(0) % 1_000 + 1;
        Case current = store.open(SampleCases.opened(SampleCases.id(number, 1_790_000_000, 1)));
        for (int look = 0; look < 25; look++) {
            String units = letter.repeat(900 / letter.length()) + look;
            current = store.save(current.change()
                    .probed(
                            new Memory(
                                    "boot",
                                    Set.of(seen(units + "a"), seen(units + "b"), seen(units + "c")),
                                    look + letter.repeat(24_000 / letter.length()),
                                    null),
                            new Observation(SampleCases.NOW, "STALE_JDK", -1.0, letter.repeat(500), List.of(), null))
                    .attempted(new launchguard.guard.Attempt(
                            look + 1, SampleCases.actions().getFirst(), launchguard.guard.Attempt.End.PROVED))
                    .noted(SampleCases.NOW, letter.repeat(600))
                    .done());
            assertEquals(current, store.find(current.id()).orElseThrow());
        }
        assertTrue(ItemSize.of(TableItems.of(current)) <= 409_600);
        assertEquals(25, current.attempts().size());
        Case ended = store.save(
                current.change().ended(Status.ESCALATED, SampleCases.NOW).done());
        assertTrue(store.find(current.id()).orElseThrow().step() instanceof CaseStep.Ended);
        assertEquals(ended, store.find(current.id()).orElseThrow());
    }

    private static SeenJvm seen(String unit) {
        return new SeenJvm("group", unit, Ownership.SIGN);
    }

    /** Nothing is cut silently into something else: what can't be cut is an error. */
    @Test
    void whatCanNotBeCut_isAnError() {
        Case current = store.open(SampleCases.opened(SampleCases.id(5_000, 1_790_000_000, 1)));
        Case large = current.change()
                .finding(current.finding().because("x".repeat(500_000)))
                .done();
        TooLargeException fault = assertThrows(TooLargeException.class, () -> store.save(large));
        assertTrue(String.valueOf(fault.getMessage()).contains("400 KB"), fault.toString());
        assertThrows(TooLargeException.class, () -> store.save(large, store.budget(current.group())));
        assertEquals(current, store.find(current.id()).orElseThrow());
    }

    /** Proof of the outside review: 5,000 broken instances made a budget of 415,101 bytes. */
    @Test
    void budgetOfTwelveThousandBrokenInstances_isStored() {
        assertTrue(ItemSize.fits(TableItems.of(brokenInstances(5_000))), "5,000 fit");
        GroupBudget budget = brokenInstances(12_000);
        CaseId last = budget.broken().getLast().caseId();
        assertFalse(ItemSize.fits(TableItems.of(budget)));
        GroupBudget stored = store.save(budget);
        assertEquals(stored, store.budget(SampleCases.GROUP));
        assertTrue(stored.broken().size() >= 5_000, stored.broken().size() + " are left");
        assertEquals(last, stored.broken().getLast().caseId());
        // The next write goes over it.
        assertEquals(2, store.save(stored.release(last)).version());
    }

    /** As many, and the last by the budget's own method. */
    private static GroupBudget brokenInstances(int count) {
        Instant expires = Instant.parse("2026-11-23T00:00:00Z");
        List<Reservation> broken = IntStream.range(1, count)
                .mapToObj(i -> new Reservation(SampleCases.id(i, 1_790_000_000, 1), expires.plusSeconds(i)))
                .toList();
        return new GroupBudget(SampleCases.GROUP, 0, List.of(), List.of(), List.of(), broken)
                .broken(SampleCases.id(count, 1_790_000_000, 1), expires.plusSeconds(count));
    }

    @Test
    void sizeIsOfBytes() {
        assertEquals(2 + 3, ItemSize.of(java.util.Map.of("pk", TableItems.text("\u3042"))));
    }
}
