package launchguard.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord.Progress;
import org.jspecify.annotations.Nullable;

/** A question, built up from one that asks about nothing in particular; the boot deadline is an hour. */
final class Asked {
    private @Nullable InstanceId instance;
    private @Nullable String bootId;
    private @Nullable DeploymentId deployment;
    private final List<DeploymentRecord> records = new ArrayList<>();
    private Set<String> units = Set.of();
    private boolean jvmSeen;

    Asked instance(String id) {
        instance = new InstanceId(id);
        return this;
    }

    Asked boot(String id) {
        bootId = id;
        return this;
    }

    Asked deployment(String id) {
        deployment = new DeploymentId(id);
        return this;
    }

    /** CodeDeploy's record; times in seconds since the boot of {@link EvidenceText}. */
    Asked record(
            @Nullable String id,
            @Nullable String group,
            Progress progress,
            @Nullable Double start,
            @Nullable Double end) {
        records.add(
                new DeploymentRecord(id == null ? null : new DeploymentId(id), group, progress, at(start), at(end)));
        return this;
    }

    Asked started(double start) {
        return record(null, null, Progress.UNKNOWN, start, null);
    }

    Asked failed() {
        return record(null, null, Progress.FAILED, null, null);
    }

    Asked jvmSeen() {
        jvmSeen = true;
        return this;
    }

    Asked jvmUnits(String... seen) {
        units = Set.of(seen);
        return this;
    }

    Question question() {
        return new Question(instance, bootId, deployment, records, units, jvmSeen, Duration.ofHours(1));
    }

    private static @Nullable Instant at(@Nullable Double uptime) {
        return uptime == null ? null : Instant.ofEpochMilli(Math.round((EvidenceText.BOOTED_AT + uptime) * 1000));
    }
}
