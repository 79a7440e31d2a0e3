package launchguard.scale;

import java.util.Map;
import java.util.Optional;
import launchguard.template.Template;
import org.jspecify.annotations.Nullable;

/** A setting that the bench varies. */
public enum TriedSetting {
    /** Seconds in which Lambda gathers a batch. */
    WINDOW(
            "batch window, s",
            "/Resources/LaunchGuardFunction/Properties/Events/Signals/Properties/MaximumBatchingWindowInSeconds"),
    /** Batches at a time. */
    CONCURRENCY("MaximumConcurrency", "/Parameters/MaximumConcurrency/Default"),
    /** Seconds after which a message that was not done is delivered again. */
    VISIBILITY("visibility timeout, s", "/Resources/Queue/Properties/VisibilityTimeout"),
    /** How often a message is delivered before it is a dead letter. */
    RECEIVES("maxReceiveCount", "/Resources/Queue/Properties/RedrivePolicy/maxReceiveCount"),
    /** Seconds that the probe waits for cloud-init; the function's, not the template's. */
    PROBE_WAIT("probe's wait, s", null);

    private final String title;
    private final @Nullable String pointer;

    TriedSetting(String title, @Nullable String pointer) {
        this.title = title;
        this.pointer = pointer;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** Where the template has it, if it does. */
    public Optional<String> pointer() {
        return Optional.ofNullable(pointer);
    }

    /** The stack with these settings changed. */
    static Template apply(Template stack, Map<TriedSetting, Integer> changed) {
        Template tried = stack;
        for (Map.Entry<TriedSetting, Integer> entry : changed.entrySet()) {
            String pointer = entry.getKey().pointer;
            tried = pointer == null ? tried : tried.with(pointer, entry.getValue());
        }
        return tried;
    }
}
