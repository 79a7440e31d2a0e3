package launchguard.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord.Progress;
import org.jspecify.annotations.Nullable;

/** Builds a question from one that asks about nothing in particular; the boot deadline is an hour. */
final class QuestionBuilder {
    private @Nullable InstanceId instance;
    private @Nullable String bootId;
    private @Nullable DeploymentId deployment;
    private final List<DeploymentRecord> records = new ArrayList<>();
    private final Set<SeenJvm> seen = new HashSet<>();
    private boolean remedied;

    QuestionBuilder instance(String id) {
        instance = new InstanceId(id);
        return this;
    }

    QuestionBuilder boot(String id) {
        bootId = id;
        return this;
    }

    QuestionBuilder deployment(String id) {
        deployment = new DeploymentId(id);
        return this;
    }

    /** CodeDeploy's record; times in seconds since the boot of {@link EvidenceText}. */
    QuestionBuilder record(
            @Nullable String id,
            @Nullable String group,
            Progress progress,
            @Nullable Double start,
            @Nullable Double end) {
        records.add(
                new DeploymentRecord(id == null ? null : new DeploymentId(id), group, progress, at(start), at(end)));
        return this;
    }

    QuestionBuilder started(double start) {
        return record(null, null, Progress.UNKNOWN, start, null);
    }

    QuestionBuilder failed() {
        return record(null, null, Progress.FAILED, null, null);
    }

    /** An earlier probe saw a JVM that ran in no unit, known by a sign to be this group's. */
    QuestionBuilder seen(String group) {
        return seen(group, null, Ownership.SIGN);
    }

    QuestionBuilder seen(String group, @Nullable String unit, Ownership ownership) {
        seen.add(new SeenJvm(group, unit, ownership));
        return this;
    }

    /** A remedy has ended. */
    QuestionBuilder remedied() {
        remedied = true;
        return this;
    }

    Question question() {
        return new Question(instance, bootId, deployment, records, seen, remedied, Duration.ofHours(1));
    }

    private static @Nullable Instant at(@Nullable Double uptime) {
        return uptime == null ? null : Instant.ofEpochMilli(Math.round((EvidenceText.BOOTED_AT + uptime) * 1000));
    }
}
