package launchguard.cases;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.guard.Attempt;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;

/** A builder that changes a case by the names of its parts. */
public final class CaseChange {
    private static final int FEW_NOTES = 20;
    private static final Duration ANSWER_TIMER = Duration.ofSeconds(90);

    private final Case from;
    private final List<Attempt> attempts;
    private final List<TimelineEntry> timeline;
    private long version;
    private @Nullable DeploymentId deployment;
    private @Nullable DeploymentGroup deploymentGroup;
    private boolean deployedWell;
    private CaseStep step;
    private @Nullable Instant due;
    private Timer timer;
    private @Nullable Gate gate;
    private Instant windowEnds;
    private int asked;
    private boolean observeOnly;
    private @Nullable String afterPatch;
    private final Set<DeploymentId> earlier;
    private final Set<String> announced;
    private Finding finding;
    private Memory memory;

    CaseChange(Case from) {
        this.from = from;
        attempts = new ArrayList<>(from.attempts());
        timeline = new ArrayList<>(from.timeline());
        version = from.version();
        deployment = from.deployment();
        deploymentGroup = from.deploymentGroup();
        deployedWell = from.deployedWell();
        step = from.step();
        due = from.due();
        timer = from.timer();
        gate = from.gate();
        windowEnds = from.windowEnds();
        asked = from.asked();
        observeOnly = from.observeOnly();
        afterPatch = from.afterPatch();
        earlier = new HashSet<>(from.earlier());
        announced = new HashSet<>(from.announced());
        finding = from.finding();
        memory = from.memory();
    }

    /** The changed case, to be stored over the version that it came from. */
    public Case done() {
        return new Case(
                from.id(),
                version,
                from.group(),
                deployment,
                deploymentGroup,
                deployedWell,
                observeOnly,
                afterPatch,
                from.openedAt(),
                windowEnds,
                step,
                due,
                timer,
                gate,
                attempts,
                asked,
                earlier,
                announced,
                finding,
                memory,
                timeline);
    }

    /** Waits for this next. Another time needs a new timer; for the same time the present timer is kept. */
    public CaseChange step(CaseStep next, Instant rings) {
        step = next;
        Instant first = gated(rings);
        return first.equals(due) ? this : timed(first);
    }

    /**
     * A held instance needs its heartbeats whatever the case waits for; an intent must be some time old before it is
     * looked up.
     */
    private Instant gated(Instant rings) {
        Gate held = gate;
        return held != null
                        && held.open()
                        && !(step instanceof CaseStep.Intended)
                        && held.due().isBefore(rings)
                ? held.due()
                : rings;
    }

    /** Waits for the same, with a timer of its own. */
    public CaseChange timed(Instant rings) {
        due = rings;
        timer = timer.next();
        return this;
    }

    /** Stores what keeps the timer. */
    public CaseChange timer(Timer known) {
        timer = known;
        return this;
    }

    /** Ends the case; it needs no timer any more. */
    public CaseChange ended(Status status, Instant at) {
        step = new CaseStep.Ended(status, at);
        due = null;
        // The answer to the lifecycle hook is still to be given: the case comes back until it is.
        return gate != null && gate.releasing() ? timed(at.plus(ANSWER_TIMER)) : this;
    }

    /** Stores the launch gate's wait. */
    public CaseChange gate(@Nullable Gate known) {
        gate = known;
        return this;
    }

    /** The launch window of a held instance begins when it is let go on. */
    public CaseChange windowEnds(Instant end) {
        windowEnds = end;
        return this;
    }

    /** Removes the timer: the case has ended, and so has its wait at the gate. */
    public CaseChange withoutTimer() {
        due = null;
        return this;
    }

    /** Stores the present finding. */
    public CaseChange finding(Finding known) {
        finding = known;
        return this;
    }

    /**
     * Adds an attempt that has ended, and counts probes anew. Of the attempts that touched nothing only the last is
     * kept.
     */
    public CaseChange attempted(Attempt attempt) {
        attempts.removeIf(earlier -> earlier.end() == Attempt.End.BUSY);
        attempts.add(attempt);
        asked = 0;
        return this;
    }

    /** Counts one more probe without a decision. */
    public CaseChange askedAgain() {
        asked++;
        return this;
    }

    /** Adds an entry to the timeline. */
    public CaseChange noted(Instant at, String what) {
        TimelineEntry.add(timeline, at, what, null);
        return this;
    }

    /** Adds an entry to the timeline that is also drawn or counted. */
    public CaseChange noted(Instant at, String what, TimelineKind kind) {
        TimelineEntry.add(timeline, at, what, kind);
        return this;
    }

    /** Stores the deployment that the case is about; a report about another one does not apply to it. */
    public CaseChange deployment(@Nullable DeploymentId id, @Nullable DeploymentGroup group) {
        earlier.addAll(Case.left(deployment, id));
        if (id != null && !id.equals(deployment)) {
            judged(false);
        }
        deployedWell = deployedWell && id != null && id.equals(deployment);
        deployment = id;
        deploymentGroup = group;
        return this;
    }

    /** CodeDeploy has reported that this deployment succeeded on the instance. */
    public CaseChange deployedWell() {
        deployedWell = true;
        return this;
    }

    /** Whether the evidence of the present probe is stored with its verdict; if not, it is judged again. */
    public CaseChange judged(boolean stored) {
        if (step instanceof CaseStep.Probing probing) {
            step = new CaseStep.Probing(probing.command(), probing.sentAt(), stored);
        }
        return this;
    }

    /** Stores what the evidence showed, and its verdict. */
    public CaseChange probed(Memory seen, Observation result) {
        memory = seen.after(
                memory, result, attempts.isEmpty() ? 0 : attempts.getLast().number());
        return this;
    }

    /** Neither EC2 nor Auto Scaling knows the instance since then; null: one of them does. */
    public CaseChange unknownSince(@Nullable Instant moment) {
        memory = memory.unknownSince(moment);
        return this;
    }

    /** Drops what is remembered, so that the case fits into the table: a part of it, or nearly all. */
    public CaseChange forgetting(boolean all) {
        memory = all ? memory.empty() : memory.brief();
        int kept = all ? FEW_NOTES : Case.LONGEST_TIMELINE;
        while (timeline.size() > kept) {
            timeline.remove(kept / 2);
        }
        return this;
    }

    /** This was announced to people, and need not be again. */
    public CaseChange announced(String what) {
        announced.add(what);
        return this;
    }

    /** Only a diagnosis is asked for. */
    public CaseChange observeOnly() {
        observeOnly = true;
        return this;
    }

    /** A remedy is allowed now, too. */
    public CaseChange mayAct() {
        observeOnly = false;
        return this;
    }

    /** The case is also about this end of patching. */
    public CaseChange afterPatch(String which) {
        afterPatch = which;
        return this;
    }

    /** The next version; only the store calls this. */
    public CaseChange nextVersion() {
        version++;
        return this;
    }
}
