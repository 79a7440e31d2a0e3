package launchguard.sandbox;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An EC2 instance. */
public final class Instance {
    private final String id;
    private final Instant launchTime;
    private final Map<String, String> tags = new TreeMap<>();
    final String group;
    final String templateVersion;

    @Nullable
    InstanceRoot root;

    @Nullable
    String launchDeployment;

    String state = "pending";
    String lifecycle = "Pending";
    String health = "Healthy";
    boolean agent;
    int weight = 1;
    boolean unknownToEc2;
    boolean unknownToScaling;

    /** Whether CodeDeploy lets it go in service: its launch deployment has succeeded, or none was to come. */
    boolean deployed;

    @Nullable
    Instant terminatedAt;

    /** The instance that was launched in its place and has to be in service before it is terminated. */
    @Nullable
    Instance successor;

    @Nullable
    Instant agentSince;

    Instance(String id, Instant launchTime, String group, String templateVersion) {
        this.id = id;
        this.launchTime = launchTime;
        this.group = group;
        this.templateVersion = templateVersion;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** When EC2 launched it. */
    public Instant launchTime() {
        return launchTime;
    }

    /** Its Auto Scaling group. */
    public String group() {
        return group;
    }

    /** Its tags; tests may change them. */
    public Map<String, String> tags() {
        return tags;
    }

    /** EC2's state: pending, running, shutting-down, terminated, stopping or stopped. */
    public String state() {
        return state;
    }

    /** EC2's state becomes another one, without any event. */
    public void state(String other) {
        state = other;
    }

    /** Auto Scaling's state, for example InService. */
    public String lifecycle() {
        return lifecycle;
    }

    /** Auto Scaling's state becomes another one, for example Standby. */
    public void lifecycle(String other) {
        lifecycle = other;
    }

    /** Healthy or Unhealthy, as Auto Scaling sees it. */
    public String health() {
        return health;
    }

    /** EC2 answers as if it did not know the instance: eventual consistency at its worst. */
    public void unknownToEc2(boolean unknown) {
        unknownToEc2 = unknown;
    }

    /** Auto Scaling answers as if it did not know the instance. */
    public void unknownToScaling(boolean unknown) {
        unknownToScaling = unknown;
    }

    /** How many units of its group's capacity it counts as. */
    public int weight() {
        return weight;
    }

    /** Auto Scaling's health becomes another one, as when its health check overrides what was set. */
    public void health(String other) {
        health = other;
    }

    /** Its file system. */
    public InstanceRoot root() {
        return Optional.ofNullable(root).orElseThrow(() -> new IllegalStateException(id + " has not booted"));
    }

    /** Whether it has booted from anything. */
    public boolean booted() {
        return root != null;
    }

    /** The deployment that its launch brought, where there is one. */
    public Optional<String> launchDeployment() {
        return Optional.ofNullable(launchDeployment);
    }

    /** SSM's agent is there, or is gone: registered instances that lost it stay registered, but nothing is delivered. */
    public void agent(boolean there) {
        agent = there;
    }

    boolean registered() {
        return agentSince != null && !gone();
    }

    boolean gone() {
        return state.equals("shutting-down") || state.equals("terminated");
    }

    boolean warmed() {
        return lifecycle.startsWith("Warmed:");
    }

    /** Whether it is leaving or gone; a hook may keep it running meanwhile. */
    boolean leaving() {
        return gone() || lifecycle.startsWith("Terminating") || lifecycle.startsWith("Warmed:Terminating");
    }

    boolean inService() {
        return lifecycle.equals("InService");
    }

    @Override
    public String toString() {
        return id + " " + state + " " + lifecycle + " " + health;
    }
}
