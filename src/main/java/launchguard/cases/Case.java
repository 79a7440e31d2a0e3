package launchguard.cases;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import launchguard.guard.Attempt;
import launchguard.guard.History;
import launchguard.model.CaseId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import org.jspecify.annotations.Nullable;

/**
 * The record of one instance's launch, from the first signal to a closed outcome.
 *
 * @param version counts the changes; a change is stored only on the version that it was made from
 * @param deployment the deployment that is asked about; null until a signal or the evidence named it
 * @param deploymentGroup null until a signal or CodeDeploy named it
 * @param deployedWell whether CodeDeploy itself has reported that this deployment succeeded on the instance
 * @param observeOnly whether only a diagnosis was asked for
 * @param afterPatch which end of patching, or which daily check, the case is about; null for a launch. Such a case only
 *     reports
 * @param windowEnds when the case stops asking
 * @param due when its timer rings; null once it has ended
 * @param timer what brings the case back by then
 * @param gate the launch gate's wait; null where the group has no gate
 * @param asked how often in a row the instance was probed again without a decision
 * @param earlier deployments that the case was about before a newer one
 * @param announced what was announced to people, each once
 */
public record Case(
        CaseId id,
        long version,
        GroupName group,
        @Nullable DeploymentId deployment,
        @Nullable DeploymentGroup deploymentGroup,
        boolean deployedWell,
        boolean observeOnly,
        @Nullable String afterPatch,
        Instant openedAt,
        Instant windowEnds,
        CaseStep step,
        @Nullable Instant due,
        Timer timer,
        @Nullable Gate gate,
        List<Attempt> attempts,
        int asked,
        Set<DeploymentId> earlier,
        Set<String> announced,
        Finding finding,
        Memory memory,
        List<TimelineEntry> timeline) {
    /** A longer timeline is cut in its middle: people read how it began and how it ended. */
    static final int LONGEST_TIMELINE = 200;

    /** Longer notes could make the item too large for the table. */
    static final int LONGEST_NOTE = 400;

    /** The longest timer that SQS allows. */
    private static final Duration LONGEST_TIMER = Duration.ofMinutes(15);

    /** Copies its lists. A stored case without one of the others can't be read. */
    public Case {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(openedAt, "openedAt");
        Objects.requireNonNull(windowEnds, "windowEnds");
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(finding, "finding");
        Objects.requireNonNull(memory, "memory");
        attempts = List.copyOf(attempts);
        earlier = Set.copyOf(earlier);
        announced = Set.copyOf(announced);
        timeline = List.copyOf(timeline);
    }

    /** A new case that is probed first at {@code probe}; it has the first timer, due then, and nothing else. */
    public static Case opened(CaseId id, GroupName group, Instant now, Instant windowEnds, Instant probe, Instant due) {
        return new Case(
                id,
                1,
                group,
                null,
                null,
                false,
                false,
                null,
                now,
                windowEnds,
                new CaseStep.ToProbe(probe),
                due,
                Timer.FIRST,
                null,
                List.of(),
                0,
                Set.of(),
                Set.of(),
                Finding.NONE,
                Memory.NONE,
                List.of());
    }

    /** Whether it has ended. */
    public boolean ended() {
        return step instanceof CaseStep.Ended;
    }

    /**
     * From when on the schedule considers the case overdue; null once it has ended. Where nothing keeps the timer, that
     * is at once: the invocation that stored the step may have ended before it sent the recheck.
     */
    public @Nullable Instant overdueFrom() {
        return due == null || timer.kept() ? due : due.minus(LONGEST_TIMER);
    }

    /** Whether the launch gate holds its instance, as far as is known. */
    public boolean held() {
        return gate != null && gate.open();
    }

    /** Whether the launch gate has decided to let the instance go on, and is not known to have answered. */
    public boolean releasing() {
        return gate != null && gate.releasing();
    }

    /** Whether it is, or was, about this deployment. */
    public boolean about(DeploymentId asked) {
        return asked.equals(deployment) || earlier.contains(asked);
    }

    /** The deployments that it is, or was, about. */
    public Set<DeploymentId> reported() {
        Set<DeploymentId> all = new HashSet<>(earlier);
        if (deployment != null) {
            all.add(deployment);
        }
        return Set.copyOf(all);
    }

    static Set<DeploymentId> left(@Nullable DeploymentId known, @Nullable DeploymentId next) {
        return known == null || known.equals(next) ? Set.of() : Set.of(known);
    }

    /** The status of the case. */
    public Status status() {
        return switch (step) {
            case CaseStep.ToProbe ignored -> waiting();
            case CaseStep.Probing ignored -> Status.PROBING;
            case CaseStep.Intended ignored -> Status.REMEDYING;
            case CaseStep.Running ignored -> Status.REMEDYING;
            case CaseStep.Deploying ignored -> Status.REMEDYING;
            case CaseStep.Replacing ignored -> Status.REMEDYING;
            case CaseStep.Ended ended -> ended.status();
        };
    }

    private Status waiting() {
        return finding.refusal() != null ? Status.REFUSED : finding.verdict() == null ? Status.PROBING : Status.WAITING;
    }

    /** The attempts that the guard counts: a remedy says nothing of a later boot. */
    public History history() {
        return new History(
                attempts.stream()
                        .filter(attempt -> attempt.number() > memory.earlierAttempts())
                        .toList(),
                asked,
                windowEnds,
                observeOnly);
    }

    /** The number of the next attempt. */
    public int nextAttempt() {
        return attempts.isEmpty() ? 1 : attempts.getLast().number() + 1;
    }

    /** A changed copy to be stored over this version. */
    public CaseChange change() {
        return new CaseChange(this);
    }
}
