package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import launchguard.guard.Attempt;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import org.junit.jupiter.api.Test;

/** The contract of every store of cases. */
public abstract class CaseStoreContract extends NotificationCountContract {
    private static final CaseId ID = SampleCases.id(1, 1_790_000_000, 1);

    /** A store without cases. */
    @Override
    protected abstract CaseStore store();

    private static Case note(Case current, String what) {
        return current.change().noted(SampleCases.NOW, what).done();
    }

    @Test
    void unknown_isEmpty() {
        assertEquals(Optional.empty(), store().find(ID));
        assertEquals(Optional.empty(), store().latest(ID.instance()));
        assertEquals(GroupBudget.empty(SampleCases.GROUP), store().budget(SampleCases.GROUP));
        assertEquals(List.of(), store().pastDue(Instant.parse("2100-01-01T00:00:00Z"), 10));
    }

    @Test
    void openedTwice_conflicts_andKeepsTheFirst() {
        Case first = store().open(SampleCases.opened(ID));
        assertThrows(ConflictException.class, () -> store().open(note(SampleCases.opened(ID), "second")));
        assertEquals(Optional.of(first), store().find(ID));
    }

    @Test
    void save_countsVersions_andConflictsOnAnOldOne() {
        Case first = store().open(SampleCases.opened(ID));
        Case second = store().save(note(first, "a"));
        assertEquals(first.version() + 1, second.version());
        assertThrows(ConflictException.class, () -> store().save(note(first, "b")));
        assertEquals(Optional.of(second), store().find(ID));
        assertEquals(second.version() + 1, store().save(note(second, "c")).version());
    }

    @Test
    void save_ofWhatWasNeverOpened_conflicts() {
        assertThrows(ConflictException.class, () -> store().save(SampleCases.opened(ID)));
        assertEquals(Optional.empty(), store().find(ID));
    }

    @Test
    void caseAndBudget_areStoredTogetherOrNotAtAll() {
        Case first = store().open(SampleCases.opened(ID));
        GroupBudget reserved = store().budget(SampleCases.GROUP).reserve(ID, SampleCases.NOW);
        Case second = store().save(note(first, "a"), reserved);
        GroupBudget stored = store().budget(SampleCases.GROUP);
        assertEquals(reserved.nextVersion(), stored);
        assertThrows(ConflictException.class, () -> store().save(note(second, "b"), reserved));
        assertThrows(ConflictException.class, () -> store().save(note(first, "c"), stored.release(ID)));
        assertEquals(Optional.of(second), store().find(ID));
        assertEquals(stored, store().budget(SampleCases.GROUP));
    }

    @Test
    void firstBudget_isStoredOnce() {
        GroupBudget empty = store().budget(SampleCases.GROUP);
        store().save(empty);
        assertThrows(ConflictException.class, () -> store().save(empty));
        store().open(SampleCases.opened(ID));
        assertThrows(ConflictException.class, () -> store().save(SampleCases.opened(ID), empty));
    }

    @Test
    void latest_isOfTheLatestLaunch_andOfItsHighestNumber() {
        List<CaseId> ids = List.of(
                SampleCases.id(1, 999_999_999, 99),
                SampleCases.id(1, 1_790_000_000, 1),
                SampleCases.id(1, 1_790_000_000, 2),
                SampleCases.id(1, 1_790_000_000, 10),
                SampleCases.id(2, 1_900_000_000, 1),
                SampleCases.id(1, 1_790_000_000, 9));
        ids.forEach(id -> store().open(SampleCases.opened(id)));
        assertEquals(
                SampleCases.id(1, 1_790_000_000, 10),
                store().latest(ID.instance()).orElseThrow().id());
    }

    @Test
    void pastDue_oldestFirst_openOnly_asManyAsAsked() {
        for (int i = 0; i < 6; i++) {
            Case current = store().open(SampleCases.opened(SampleCases.id(i + 1, 1_790_000_000, 1)));
            Case due = store().save(current.change()
                    .step(current.step(), Instant.ofEpochSecond(1_000 - i * 10L))
                    .timer(new Timer(2, "m-1", true))
                    .done());
            if (i == 3) {
                store().save(due.change().ended(Status.CLOSED, SampleCases.NOW).done());
            }
        }
        assertEquals(
                List.of(SampleCases.id(6, 1_790_000_000, 1), SampleCases.id(5, 1_790_000_000, 1)),
                store().pastDue(Instant.ofEpochSecond(2_000), 2));
        assertEquals(5, store().pastDue(Instant.ofEpochSecond(2_000), 100).size());
        assertEquals(List.of(SampleCases.id(6, 1_790_000_000, 1)), store().pastDue(Instant.ofEpochSecond(960), 100));
        assertEquals(List.of(), store().pastDue(Instant.ofEpochSecond(950), 100));
    }

    /**
     * The invocation that stored such a step may have died before it sent the recheck: the schedule takes it up at
     * once.
     */
    @Test
    void stepThatNothingKeeps_isPastDueFromTheMomentItWasStored() {
        Case current = store().open(SampleCases.opened(ID));
        Instant now = SampleCases.NOW;
        Case unkept = store().save(current.change()
                .step(current.step(), now.plusSeconds(900))
                .done());
        assertFalse(unkept.timer().kept());
        assertEquals(List.of(), store().pastDue(now.minusSeconds(1), 10));
        assertEquals(List.of(ID), store().pastDue(now.plusSeconds(1), 10));
        Case kept = store().save(unkept.change().timer(unkept.timer().sent()).done());
        assertEquals(List.of(), store().pastDue(now.plusSeconds(899), 10));
        assertEquals(List.of(ID), store().pastDue(now.plusSeconds(901), 10));
        store().save(kept.change().ended(Status.CLOSED, now).done());
        assertEquals(List.of(), store().pastDue(now.plusSeconds(901), 10));
    }

    @Test
    void racingReservations_areNeverLost() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int first = thread * 5;
                all.add(threads.submit(() -> {
                    for (int i = first; i < first + 5; i++) {
                        reserve(SampleCases.id(i + 1, 1_790_000_000, 1));
                    }
                }));
            }
            for (Future<?> task : all) {
                task.get();
            }
        }
        assertEquals(40, store().budget(SampleCases.GROUP).reservations().size());
        assertEquals(40, store().budget(SampleCases.GROUP).version());
    }

    private void reserve(CaseId id) {
        while (true) {
            try {
                store().save(store().budget(SampleCases.GROUP).reserve(id, SampleCases.NOW));
                return;
            } catch (ConflictException again) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void everyStepAndAttempt_comesBackAsItWas() {
        Case current = store().open(SampleCases.opened(ID));
        for (CaseStep step : SampleCases.steps()) {
            current = store().save(current.change().step(step, SampleCases.NOW).done());
            assertEquals(Optional.of(current), store().find(ID));
        }
        int number = 1;
        for (launchguard.guard.Action action : SampleCases.actions()) {
            for (Attempt.End end : Attempt.End.values()) {
                current = store().save(current.change()
                        .attempted(new Attempt(number++, action, end))
                        .done());
                assertEquals(Optional.of(current), store().find(ID));
            }
        }
    }

    @Test
    void everyPartOfABudget_comesBackAsItWas() {
        GroupBudget budget = store().budget(SampleCases.GROUP)
                .reserve(ID, SampleCases.NOW)
                .broken(ID.next(), SampleCases.NOW)
                .replaced(ID, SampleCases.NOW, null, 1)
                .replaced(ID.next(), SampleCases.NOW, "lt-1:7", 2)
                .deployed(ID, SampleCases.NOW, "3b1f9a52", null)
                .deployed(ID.next(), SampleCases.NOW, "3b1f9a52", SampleCases.DEPLOYMENT);
        assertEquals(store().save(budget), store().budget(SampleCases.GROUP));
    }

    @Test
    void hostileWords_comeBackAsTheyWere() {
        int number = 1;
        for (String hostile : List.of(
                "\"},{\"pk\":\"x\"}",
                "\u0000\u0001\u001b[31m\u007f",
                "half a pair: \ud83d, the other half: \udc36",
                "\u202egnirts\u2028\u2029",
                "größe 日本語 🐶",
                "<script>alert(1)</script>",
                "${jndi:ldap://x}",
                "\\u0000 \\")) {
            Case current = store().open(SampleCases.longest(SampleCases.id(1, 1_790_000_000, number++), hostile));
            assertEquals(Optional.of(current), store().find(current.id()));
            assertEquals(Optional.of(current), store().latest(current.id().instance()));
        }
    }
}
