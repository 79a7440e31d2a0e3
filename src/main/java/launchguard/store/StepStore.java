package launchguard.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.cases.ConflictException;
import launchguard.cases.NotificationCountStore;
import launchguard.cases.Timer;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;

/**
 * Stores a step first, and sends its recheck then: a write that fails sends nothing. The current message keeps the
 * timer until the recheck is sent; for a direct request the schedule does.
 */
public final class StepStore implements CaseStore {
    private final CaseStore store;
    private final RecheckQueue timers;
    private final CaseClock clock;

    /** Stores steps in that store, and sends their rechecks to that queue. */
    public StepStore(CaseStore store, RecheckQueue timers, CaseClock clock) {
        this.store = store;
        this.timers = timers;
        this.clock = clock;
    }

    /** The clock of its timers. */
    public CaseClock clock() {
        return clock;
    }

    @Override
    public Case open(Case first) {
        return stepped(first, store::open);
    }

    @Override
    public Case save(Case changed) {
        return stepped(changed, store::save);
    }

    @Override
    public Case save(Case changed, List<GroupBudget> budgets) {
        return stepped(changed, step -> store.save(step, budgets));
    }

    private Case stepped(Case changed, UnaryOperator<Case> write) {
        if (changed.due() == null || changed.timer().kept()) {
            return write.apply(changed);
        }
        CurrentMessage.Message message = CurrentMessage.of(changed.id());
        if (message == null) {
            return direct(write.apply(changed));
        }
        Case stored = write.apply(
                changed.change().timer(changed.timer().keptBy(message.id())).done());
        send(stored, message);
        return stored;
    }

    /**
     * Sends the recheck of a direct request: no message brings the case back, so its timer is stored as kept only now.
     */
    private Case direct(Case stored) {
        sendRecheck(stored);
        try {
            Timer sent = stored.timer().sent();
            return store.save(stored.change().timer(sent).done());
        } catch (ConflictException movedOn) {
            // The case was changed and has another timer; the caller's next write will get the conflict.
            return stored;
        }
    }

    /**
     * Sends the recheck of the case's step again if the current message has moved the case there and was delivered
     * again: whether the recheck was sent before is not known. Any other message sends nothing. Returns whether this
     * message had moved the case.
     */
    public boolean sendAgain(Case current) {
        CurrentMessage.Message message = CurrentMessage.of(current.id());
        if (message == null || !message.owesRecheck(current)) {
            return false;
        }
        send(current, message);
        return true;
    }

    private void send(Case stored, CurrentMessage.Message message) {
        sendRecheck(stored);
        message.sentFor(stored);
    }

    private void sendRecheck(Case stored) {
        Duration after = stored.due() == null ? Duration.ZERO : Duration.between(clock.now(), stored.due());
        timers.sendRecheck(stored.id(), stored.timer().step(), after);
    }

    @Override
    public Optional<Case> latest(InstanceId instance) {
        return store.latest(instance);
    }

    @Override
    public Optional<Case> find(CaseId id) {
        return store.find(id);
    }

    @Override
    public GroupBudget save(GroupBudget budget) {
        return store.save(budget);
    }

    @Override
    public GroupBudget budget(GroupName group) {
        return store.budget(group);
    }

    @Override
    public NotificationCountStore notificationCounts() {
        return store.notificationCounts();
    }

    @Override
    public List<CaseId> pastDue(Instant then, int most) {
        return store.pastDue(then, most);
    }
}
