package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The instances and groups of the region, and what happens to them. */
final class Fleet {
    private static final Duration TO_KERNEL = Duration.ofSeconds(6);
    private static final Duration HEALTH_CHECK = Duration.ofSeconds(5);
    private static final Duration SHUTTING_DOWN = Duration.ofSeconds(30);
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<String, ScalingGroup> groups = new LinkedHashMap<>();
    private final SteppedClock clock;
    private final Names names;
    private final LaunchStory story;
    private final Path folder;

    Fleet(SteppedClock clock, Names names, LaunchStory story, Path folder) {
        this.clock = clock;
        this.names = names;
        this.story = story;
        this.folder = folder;
    }

    ScalingGroup group(String name) {
        return groups.computeIfAbsent(name, key -> new ScalingGroup(this, key, clock.instant(), names.uuid()));
    }

    Map<String, ScalingGroup> groups() {
        return groups;
    }

    Map<String, Instance> instances() {
        return instances;
    }

    Optional<Instance> find(String id) {
        return Optional.ofNullable(instances.get(id));
    }

    List<Instance> of(ScalingGroup group) {
        return instances.values().stream()
                .filter(instance -> instance.group.equals(group.name()) && !instance.lifecycle.equals("Terminated"))
                .toList();
    }

    Instant now() {
        return clock.instant();
    }

    ScalingGroup.Refresh refresh(String status, @Nullable Instant end) {
        return new ScalingGroup.Refresh(names.uuid(), status, clock.instant(), end);
    }

    Instance launch(ScalingGroup group, Image image) {
        synchronized (clock) {
            return launchNow(group, image);
        }
    }

    private Instance launchNow(ScalingGroup group, Image image) {
        Instant launchTime = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instance instance = new Instance(names.instance(), launchTime, group.name(), group.templateVersion());
        instance.tags().putAll(group.tags());
        instance.tags().put("aws:autoscaling:groupName", group.name());
        instances.put(instance.id(), instance);
        long members = of(group).stream().filter(each -> !each.gone()).count();
        group.desired(Math.max(group.desired(), Math.toIntExact(members)));
        try {
            Path root = Files.createDirectory(folder.resolve(instance.id()));
            instance.root =
                    image.unpack(new Image.Boot(root, instance.id(), names.deployment(), launchTime.plus(TO_KERNEL)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        story.begin(group, instance, this::terminate);
        return instance;
    }

    void replaceIfUnhealthy(Instance instance) {
        if (instance.health.equals("Unhealthy")) {
            clock.after(HEALTH_CHECK, () -> {
                ScalingGroup group = group(instance.group);
                boolean may = !group.suspended().contains("ReplaceUnhealthy")
                        && !group.suspended().contains("Terminate");
                if (may && instance.inService() && instance.health.equals("Unhealthy")) {
                    terminate(instance);
                }
            });
        }
    }

    /** Terminates the instance; its group launches another one unless that is more than it desires. */
    void terminate(Instance instance) {
        if (instance.gone()) {
            return;
        }
        instance.lifecycle = "Terminating";
        instance.state = "shutting-down";
        instance.agent = false;
        story.stateChanged(instance);
        clock.after(SHUTTING_DOWN, () -> {
            instance.state = "terminated";
            instance.lifecycle = "Terminated";
            story.stateChanged(instance);
            story.terminated(group(instance.group), instance);
            launchInPlaceOf(instance);
        });
    }

    private void launchInPlaceOf(Instance gone) {
        ScalingGroup group = group(gone.group);
        long members = of(group).stream().filter(each -> !each.gone()).count();
        if (members < group.desired() && !group.suspended().contains("Launch")) {
            launch(group, group.replacementFor(gone));
        }
    }
}
