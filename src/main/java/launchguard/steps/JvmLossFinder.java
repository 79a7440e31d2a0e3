package launchguard.steps;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.cases.Case;
import launchguard.guard.Action;
import launchguard.guard.Attempt;
import launchguard.guard.JvmLoss;
import launchguard.model.DeploymentGroup;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.Jvm;
import launchguard.store.StoredEvidence;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Ownership;
import launchguard.verdict.Question;
import launchguard.verdict.SeenJvm;
import org.jspecify.annotations.Nullable;

/** Finds the JVMs of a repaired deployment group that ran before the remedy and are missing after it. */
final class JvmLossFinder {
    /** A unit that is down in another way may have ended normally. */
    private static final Set<String> DOWN = Set.of("failed", "auto-restart");

    private JvmLossFinder() {}

    /** Whether the evidence is of the boot that the case remembers, if it remembers one. */
    static boolean sameBoot(Case current, Evidence evidence) {
        return current.memory().bootId() == null
                || current.memory().bootId().equals(evidence.host().bootId());
    }

    /** What is missing by this evidence; null if nothing is, or if not all processes were read. */
    static @Nullable JvmLoss of(Case current, Evidence evidence, Question question) {
        boolean certain = evidence.jvms() != null
                && !evidence.truncated().contains("jvms")
                && Objects.equals(current.memory().bootId(), evidence.host().bootId())
                && (evidence.host().instanceId() == null
                        || evidence.host()
                                .instanceId()
                                .equals(current.id().instance().value()));
        return certain
                ? repaired(current)
                        .map(group -> of(current, group, evidence, question))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private static @Nullable JvmLoss of(Case current, String group, Evidence evidence, Question question) {
        Set<SeenJvm> before = ofGroup(current.memory().seen(), group);
        if (before.isEmpty()) {
            return null;
        }
        Set<SeenJvm> now = ofGroup(SeenJvm.in(evidence, question), group);
        // After a reboot, or if the clock was set, a JVM may run and be of no deployment of this boot: it is not lost.
        List<Jvm> jvms = evidence.jvms();
        if (now.isEmpty() && jvms != null && jvms.stream().anyMatch(jvm -> group.equals(jvm.groupId()))) {
            return null;
        }
        List<String> down = evidence.failedUnits().stream()
                .filter(unit -> DOWN.contains(unit.state()))
                .map(FailedUnit::unit)
                .filter(unit -> before.stream().anyMatch(jvm -> unit.equals(jvm.unit())))
                .filter(unit -> now.stream().noneMatch(jvm -> unit.equals(jvm.unit())))
                .toList();
        boolean bySign = before.stream().anyMatch(jvm -> jvm.ownership() == Ownership.SIGN);
        return now.isEmpty() || !down.isEmpty() ? new JvmLoss(subject(current, question), down, bySign) : null;
    }

    private static Set<SeenJvm> ofGroup(Set<SeenJvm> seen, String group) {
        return seen.stream().filter(jvm -> group.equals(jvm.groupId())).collect(Collectors.toSet());
    }

    /** The groups on which a remedy of this boot did something. */
    private static Stream<String> repaired(Case current) {
        return current.history().attempts().stream()
                .filter(attempt -> attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE)
                .flatMap(attempt -> switch (attempt.action()) {
                    case Action.Redeploy redeploy -> Stream.of(redeploy.group().id());
                    case Action.RedeployGroup redeploy ->
                        Stream.of(redeploy.group().id());
                    case Action.Restart ignored -> restarted(current);
                    case Action.Replace ignored -> Stream.<String>of();
                })
                .distinct();
    }

    /** The group of a restarted process: the one that the case is about, or the only one that was seen. */
    private static Stream<String> restarted(Case current) {
        DeploymentGroup group = current.deploymentGroup();
        if (group != null) {
            return Stream.of(group.id());
        }
        List<String> seen = current.memory().seen().stream()
                .map(SeenJvm::groupId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return seen.size() == 1 ? seen.stream() : Stream.of();
    }

    /** The deployment by the evidence behind the first remedy. */
    private static @Nullable JudgedDeployment subject(Case current, Question question) {
        Evidence first = StoredEvidence.first(current);
        return first == null ? null : Diagnosis.of(first, question).subject();
    }
}
