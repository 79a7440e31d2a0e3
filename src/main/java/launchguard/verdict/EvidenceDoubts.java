package launchguard.verdict;

import java.util.List;
import java.util.Locale;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.Jvm;
import org.jspecify.annotations.Nullable;

/** Finds why evidence does not prove a verdict. */
final class EvidenceDoubts {
    /** Uptime and process starts are read from the kernel at different moments. */
    static final double CLOCK_TOLERANCE_SECONDS = 5;

    private EvidenceDoubts() {}

    static @Nullable String of(Evidence evidence, Question question, DeploymentHistories histories) {
        String other = ofSomethingElse(evidence, question);
        if (other != null) {
            return other;
        }
        String contradiction = contradiction(evidence, histories);
        if (contradiction != null) {
            return contradiction;
        }
        return evidence.jvms() == null ? "the evidence has no list of JVMs" + because(evidence) : null;
    }

    private static @Nullable String ofSomethingElse(Evidence evidence, Question question) {
        String instance = evidence.host().instanceId();
        if (question.instance() != null
                && instance != null
                && !instance.equals(question.instance().value())) {
            return "the evidence is of instance " + instance + ", asked was " + question.instance();
        }
        String boot = evidence.host().bootId();
        if (question.bootId() != null && boot != null && !boot.equals(question.bootId())) {
            return "the evidence is of another boot (" + boot + "), asked was " + question.bootId();
        }
        return question.deployment() == null
                ? null
                : otherDeployment(evidence, question, question.deployment().value());
    }

    private static @Nullable String otherDeployment(Evidence evidence, Question question, String asked) {
        List<DeploymentTrace> here = evidence.deployments().stream()
                .filter(DeploymentTrace::thisInstance)
                .toList();
        DeploymentTrace trace = here.stream()
                .filter(candidate -> candidate.deploymentId().equals(asked))
                .findFirst()
                .orElse(null);
        List<DeploymentTrace> current = DeploymentHistory.current(evidence);
        if (trace == null) {
            boolean shown = here.isEmpty()
                    || current.stream().anyMatch(DeploymentHistory::isLocal)
                    || (current.isEmpty() && question.records().stream().anyMatch(record -> isOf(record, asked)));
            return shown ? null : "the instance shows other deployments than " + asked + ": " + names(here);
        }
        DeploymentTrace latest = DeploymentHistory.latest(current.stream()
                .filter(candidate -> candidate.groupId().equals(trace.groupId()))
                .toList());
        if (latest == null || latest.deploymentId().equals(asked) || DeploymentHistory.isLocal(latest)) {
            return null;
        }
        return "deployment " + latest.deploymentId() + " has taken the place of " + asked;
    }

    private static boolean isOf(DeploymentRecord record, String asked) {
        return record.deploymentId() != null && record.deploymentId().value().equals(asked);
    }

    private static String names(List<DeploymentTrace> traces) {
        return String.join(
                ", ",
                traces.stream().map(DeploymentTrace::deploymentId).limit(5).toList());
    }

    private static @Nullable String contradiction(Evidence evidence, DeploymentHistories histories) {
        double latest = evidence.uptime() + CLOCK_TOLERANCE_SECONDS;
        Double finish = evidence.cloudInit().finishedUptime();
        if (finish != null && (finish > latest || finish < 0)) {
            return contradiction("cloud-init's end", finish, evidence);
        }
        for (Jvm jvm : evidence.jvms() == null ? List.<Jvm>of() : evidence.jvms()) {
            Double start = jvm.startedUptime();
            if (start != null && (start > latest || start < 0)) {
                return contradiction("the start of process " + jvm.pid(), start, evidence);
            }
        }
        for (DeploymentTrace trace : evidence.deployments()) {
            Double start = trace.startedUptime();
            boolean placed = trace.thisBoot() && !evidence.host().clockUncertain();
            if (placed && start != null && (start > latest || start < -CLOCK_TOLERANCE_SECONDS)) {
                return contradiction("the start of " + trace.deploymentId(), start, evidence);
            }
        }
        return histories.groups().stream().anyMatch(group -> group.start() != null && group.start() > latest)
                ? "it was taken before the deployment started"
                : null;
    }

    private static String contradiction(String what, double seconds, Evidence evidence) {
        return String.format(
                Locale.ROOT,
                "the evidence contradicts itself: %s at %.1f s of a boot that is %.1f s old",
                what,
                seconds,
                evidence.uptime());
    }

    static String because(Evidence evidence) {
        return evidence.problems().isEmpty() ? "" : " (" + evidence.problems().getFirst() + ")";
    }
}
