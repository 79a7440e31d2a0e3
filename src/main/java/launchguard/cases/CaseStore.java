package launchguard.cases;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;

/** Stores cases and budgets. Every write is conditional, so of two concurrent writers one gets a conflict. */
public interface CaseStore {

    /** The newest case of an instance. */
    Optional<Case> latest(InstanceId instance);

    /** One case. */
    Optional<Case> find(CaseId id);

    /** Stores a new case and gives it as stored; a {@link ConflictException} when there is a case with that id. */
    Case open(Case first);

    /** Stores a change and gives it as stored; a {@link ConflictException} when the case has changed since it was read. */
    Case save(Case changed);

    /** Stores a case and a budget together or not at all; else as {@link #save(Case)}. */
    default Case save(Case changed, GroupBudget budget) {
        return save(changed, List.of(budget));
    }

    /** Stores a case and these budgets together or not at all; else as {@link #save(Case)}. */
    Case save(Case changed, List<GroupBudget> budgets);

    /** Stores a budget; a {@link ConflictException} when it has changed since it was read. */
    GroupBudget save(GroupBudget budget);

    /** The budget of a group; an empty one when nothing was ever written. */
    GroupBudget budget(GroupName group);

    /** The notification counts of the groups. */
    NotificationCountStore notificationCounts();

    /** Open cases whose timer should have rung by then, oldest first, at most that many. */
    List<CaseId> pastDue(Instant then, int most);
}
