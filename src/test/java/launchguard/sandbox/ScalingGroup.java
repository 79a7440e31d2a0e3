package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An Auto Scaling group. */
public final class ScalingGroup {
    private final Fleet fleet;
    private final String name;
    private final Instant createdAt;
    private final Map<String, String> tags = new TreeMap<>();
    private final Set<String> suspended = new TreeSet<>();
    final List<Refresh> refreshes = new ArrayList<>();
    final String token;
    private Function<Instance, Image> replacements = gone -> Image.NONE;
    private int desired;
    private int templateVersion = 1;
    private Duration grace = Duration.ofMinutes(5);
    private int weight = 1;
    private boolean weighted;
    private String capacityType = "units";
    private boolean launchesFirst;
    private boolean warmPool;
    private String healthCheck = "EC2";

    private final Map<String, LaunchHooks.Hook> launchHooks = new TreeMap<>();

    private @Nullable Duration terminationHook;

    /** An instance refresh. */
    record Refresh(
            String id,
            String status,
            Instant start,
            @Nullable Instant end) {}

    ScalingGroup(Fleet fleet, String name, Instant createdAt, String token) {
        this.fleet = fleet;
        this.name = name;
        this.createdAt = createdAt;
        this.token = token;
        tags.put("launch-guard", "on");
    }

    /** Its name. */
    public String name() {
        return name;
    }

    Instant createdAt() {
        return createdAt;
    }

    /** Its tags, which its instances carry too. By default only the opt-in. */
    public Map<String, String> tags() {
        return tags;
    }

    /** Launches one more instance; the story of its launch begins now, and goes on as time moves. */
    public Instance launch(Image image) {
        return fleet.launch(this, image);
    }

    /** Launches an instance recorded under this name. */
    public Instance launch(String scenario) {
        return launch(Image.recorded(scenario));
    }

    /** What boots in place of an instance that was replaced: by default nothing. */
    public ScalingGroup replacements(Function<Instance, Image> images) {
        replacements = images;
        return this;
    }

    /** Puts the launch gate's hook on it, as its owner would: 600 s, and on without an answer. */
    public ScalingGroup gated() {
        return launchHook("launch-guard-gate", Duration.ofMinutes(10), "CONTINUE");
    }

    /** Puts a launch hook on it; {@code defaultResult} is what follows where nothing answers within {@code heartbeat}. */
    public ScalingGroup launchHook(String hook, Duration heartbeat, String defaultResult) {
        launchHooks.put(hook, new LaunchHooks.Hook(hook, heartbeat, defaultResult, null));
        return this;
    }

    Map<String, LaunchHooks.Hook> launchHooks() {
        return launchHooks;
    }

    /** Takes an instance out of the warm pool into the group. */
    public void takeFromPool(Instance instance) {
        fleet.takeFromPool(this, instance);
    }

    /** Replaces the root volume of an instance in service: it boots again from this image, with the same id. */
    public void replaceRootVolume(Instance instance, Image image) {
        fleet.replaceRootVolume(this, instance, image);
    }

    Image replacementFor(Instance gone) {
        return replacements.apply(gone);
    }

    /** How much it shall have, in units of capacity; launches raise it where it is lower. */
    public ScalingGroup desired(int units) {
        desired = units;
        return this;
    }

    /** Instances that are launched from now on count for so many units: the group has a mixed instances policy. */
    public ScalingGroup weight(int units) {
        weight = units;
        weighted = true;
        return this;
    }

    int weight() {
        return weight;
    }

    boolean weighted() {
        return weighted;
    }

    /**
     * Desired capacity is counted in vCPUs ({@code vcpu}) or MiB ({@code memory-mib}); each instance that is launched from now
     * on has so many of them, which no answer of Auto Scaling tells.
     */
    public ScalingGroup capacityType(String type, int unitsOfAnInstance) {
        capacityType = type;
        weight = unitsOfAnInstance;
        weighted = false;
        return this;
    }

    String capacityType() {
        return capacityType;
    }

    /** Its instance maintenance policy: what replaces an unhealthy instance is in service before that one is terminated. */
    public ScalingGroup launchBeforeTerminate() {
        launchesFirst = true;
        return this;
    }

    boolean launchesFirst() {
        return launchesFirst;
    }

    /** A lifecycle hook holds each instance that leaves in Terminating:Wait for so long; EC2 still runs it. */
    public ScalingGroup terminationHook(Duration held) {
        terminationHook = held;
        return this;
    }

    @Nullable
    Duration terminationHook() {
        return terminationHook;
    }

    /** EC2, or ELB: then a load balancer's verdict counts as well. */
    public ScalingGroup healthCheck(String type) {
        healthCheck = type;
        return this;
    }

    String healthCheck() {
        return healthCheck;
    }

    /**
     * Launches an instance into the group's warm pool: it boots, its launch has the pool for its destination, CodeDeploy
     * deploys nothing, and it rests there.
     *
     * @param state Stopped, Running or Hibernated
     */
    public Instance warm(Image image, String state) {
        warmPool = true;
        return fleet.warm(this, image, state);
    }

    boolean hasWarmPool() {
        return warmPool;
    }

    /** How much it shall have, in units of capacity. */
    public int desired() {
        return desired;
    }

    /** The version of its launch template, for instances to come. */
    public ScalingGroup templateVersion(int version) {
        templateVersion = version;
        return this;
    }

    String templateVersion() {
        return String.valueOf(templateVersion);
    }

    /** Health reports within this time of the launch have no effect, unless they ask not to respect it. */
    public ScalingGroup gracePeriod(Duration time) {
        grace = time;
        return this;
    }

    Duration gracePeriod() {
        return grace;
    }

    /** Suspends processes: Launch, Terminate, ReplaceUnhealthy and so on. */
    public ScalingGroup suspend(String... processes) {
        suspended.addAll(List.of(processes));
        return this;
    }

    /** Resumes all processes; what is still unhealthy is replaced. */
    public void resume() {
        suspended.clear();
        fleet.of(this).forEach(fleet::replaceIfUnhealthy);
    }

    /** The processes that are suspended. */
    public Set<String> suspended() {
        return suspended;
    }

    /** Whether an instance refresh runs. */
    public boolean refreshing() {
        return !refreshes.isEmpty() && refreshes.getLast().status().equals("InProgress");
    }

    /** Begins an instance refresh, which changes nothing but its own status. */
    public void startRefresh() {
        refreshes.add(fleet.refresh("InProgress", null));
    }

    /** Ends the refresh that runs. */
    public void endRefresh() {
        Refresh running = refreshes.removeLast();
        refreshes.add(new Refresh(running.id(), "Successful", running.start(), fleet.now()));
    }

    /** Its instances, those in the act of leaving too. */
    public List<Instance> instances() {
        return fleet.of(this);
    }

    String arn() {
        return Names.arn("autoscaling", "autoScalingGroup:" + token + ":autoScalingGroupName/" + name);
    }
}
