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

    /** Its members; what rests in its warm pool is in another list of AWS's. */
    List<Instance> of(ScalingGroup group) {
        return instances.values().stream()
                .filter(instance -> instance.group.equals(group.name())
                        && !instance.lifecycle.equals("Terminated")
                        && !instance.warmed())
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

    /** Into the group's warm pool, which is no part of its capacity. */
    Instance warm(ScalingGroup group, Image image, String state) {
        synchronized (clock) {
            Instance instance = created(group, image);
            instance.lifecycle = "Warmed:Pending";
            story.warms(group, instance, state, this::abandon);
            return instance;
        }
    }

    void takeFromPool(ScalingGroup group, Instance instance) {
        synchronized (clock) {
            story.leavesPool(group, instance, this::abandon, this::inService);
        }
    }

    void replaceRootVolume(ScalingGroup group, Instance instance, Image image) {
        synchronized (clock) {
            try {
                Path root = Files.createDirectory(folder.resolve(instance.id() + "-" + names.uuid()));
                instance.root = image.unpack(new Image.Boot(
                        root, instance.id(), names.deployment(), clock.instant().plus(TO_KERNEL)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            story.bootsNewRoot(group, instance, this::abandon, this::inService);
        }
    }

    private Instance launchNow(ScalingGroup group, Image image) {
        Instance instance = created(group, image);
        group.desired(Math.max(group.desired(), capacity(group)));
        story.begin(group, instance, this::abandon, this::inService);
        return instance;
    }

    private Instance created(ScalingGroup group, Image image) {
        Instant launchTime = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instance instance = new Instance(names.instance(), launchTime, group.name(), group.templateVersion());
        instance.weight = group.weight();
        instance.tags().putAll(group.tags());
        instance.tags().put("aws:autoscaling:groupName", group.name());
        instance.tags().put("aws:ec2launchtemplate:id", ScalingView.TEMPLATE);
        instance.tags().put("aws:ec2launchtemplate:version", instance.templateVersion);
        instances.put(instance.id(), instance);
        try {
            Path root = Files.createDirectory(folder.resolve(instance.id()));
            instance.root =
                    image.unpack(new Image.Boot(root, instance.id(), names.deployment(), launchTime.plus(TO_KERNEL)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return instance;
    }

    /** The units of all that is not on its way out; a successor counts only when its predecessor has left. */
    private int capacity(ScalingGroup group) {
        List<Instance> members = of(group);
        return members.stream()
                .filter(each -> !each.leaving())
                .filter(each -> members.stream().noneMatch(other -> other.successor == each && !other.leaving()))
                .mapToInt(Instance::weight)
                .sum();
    }

    /** As a load balancer's health check would. */
    void unhealthy(Instance instance) {
        instance.health = "Unhealthy";
        replaceIfUnhealthy(instance);
    }

    void replaceIfUnhealthy(Instance instance) {
        if (instance.health.equals("Unhealthy")) {
            clock.after(HEALTH_CHECK, () -> {
                ScalingGroup group = group(instance.group);
                boolean may = !group.suspended().contains("ReplaceUnhealthy")
                        && !group.suspended().contains("Terminate");
                if (may && instance.inService() && instance.health.equals("Unhealthy")) {
                    replace(group, instance);
                }
            });
        }
    }

    private void replace(ScalingGroup group, Instance instance) {
        if (!group.launchesFirst()) {
            terminate(instance);
        } else if (!group.suspended().contains("Launch")
                && (instance.successor == null || instance.successor.leaving())) {
            Instance successor = created(group, group.replacementFor(instance));
            instance.successor = successor;
            story.begin(group, successor, this::abandon, this::inService);
        }
    }

    private void inService(Instance successor) {
        List.copyOf(instances.values()).stream()
                .filter(each -> each.successor == successor && !each.leaving())
                .forEach(each -> {
                    if (each.health.equals("Unhealthy")) {
                        terminate(each);
                    } else {
                        // It is well again: the group has one too many, and lets the new one go.
                        each.successor = null;
                        terminate(successor);
                    }
                });
    }

    /** What waited for this successor waits for the next one. */
    private void abandon(Instance successor) {
        if (!successor.leaving()) {
            proceedsToEnd(successor);
        }
        instances.values().stream()
                .filter(each -> each.successor == successor && each.inService())
                .toList()
                .forEach(this::replaceIfUnhealthy);
    }

    /** Terminates the instance; its group launches another one unless that is more than it desires. */
    void terminate(Instance instance) {
        Duration held = group(instance.group).terminationHook();
        if (instance.leaving()) {
            return;
        } else if (held == null || !instance.inService()) {
            shutDown(instance);
            return;
        }
        ScalingGroup group = group(instance.group);
        instance.lifecycle = "Terminating:Wait";
        story.terminating(group, instance, held);
        clock.after(held, () -> proceedsToEnd(instance));
    }

    /** Its hooks are done with it: for some seconds EC2 still runs it. */
    private void proceedsToEnd(Instance instance) {
        if (!instance.gone()) {
            instance.lifecycle = pool(instance) + "Terminating:Proceed";
            clock.after(story.proceeding(), () -> shutDown(instance));
        }
    }

    private static String pool(Instance instance) {
        return instance.warmed() ? "Warmed:" : "";
    }

    /** EC2's own part, which no hook delays where it begins outside Auto Scaling. */
    private void shutDown(Instance instance) {
        if (instance.gone()) {
            return;
        }
        boolean warmed = instance.warmed();
        instance.lifecycle = pool(instance) + "Terminating";
        instance.state = "shutting-down";
        instance.agent = false;
        story.stateChanged(instance);
        clock.after(SHUTTING_DOWN, () -> {
            instance.state = "terminated";
            instance.lifecycle = "Terminated";
            instance.terminatedAt = clock.instant();
            story.stateChanged(instance);
            story.terminated(group(instance.group), instance);
            if (!warmed) {
                launchInPlaceOf(instance);
            }
        });
    }

    private void launchInPlaceOf(Instance gone) {
        ScalingGroup group = group(gone.group);
        boolean successorThere = gone.successor != null && !gone.successor.leaving();
        if (!successorThere
                && capacity(group) < group.desired()
                && !group.suspended().contains("Launch")) {
            launch(group, group.replacementFor(gone));
        }
    }
}
