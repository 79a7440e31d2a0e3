package launchguard.sandbox;

import java.time.Duration;
import java.util.function.Function;
import launchguard.sandbox.wire.Call;

/** How slow and how inconsistent the sandbox's services are; tests change it at any time. */
public final class Settings {
    private volatile Duration listLag = Duration.ZERO;
    private volatile Duration invocationListLag = Duration.ZERO;
    private volatile Duration ec2Lag = Duration.ZERO;
    private volatile Function<Call, Duration> latency = call -> Duration.ZERO;
    private volatile int invocationMisses;
    private volatile Duration commandTime = Duration.ofSeconds(2);
    private volatile Duration probeWait = Duration.ofDays(1);
    private volatile boolean commandsAtOnce;
    private volatile Duration proceeding = Duration.ofSeconds(2);

    /** ListCommands and ListDeployments show what is at least so old: they are eventually consistent. */
    public Settings listLag(Duration lag) {
        listLag = lag;
        return this;
    }

    Duration listLag() {
        return listLag;
    }

    /** ListCommandInvocations shows ends that are at least so old. */
    public Settings invocationListLag(Duration lag) {
        invocationListLag = lag;
        return this;
    }

    Duration invocationListLag() {
        return invocationListLag;
    }

    /** So many reads of a new command's invocation are answered with InvocationDoesNotExist. */
    public Settings invocationMisses(int reads) {
        invocationMisses = reads;
        return this;
    }

    int invocationMisses() {
        return invocationMisses;
    }

    /** EC2 knows an instance so long after its launch; before, its id is unknown. */
    public Settings ec2Lag(Duration lag) {
        ec2Lag = lag;
        return this;
    }

    Duration ec2Lag() {
        return ec2Lag;
    }

    /** How long each call of the function takes, on the clock and of its invocation's time. */
    public Settings latency(Function<Call, Duration> times) {
        latency = times;
        return this;
    }

    Function<Call, Duration> latency() {
        return latency;
    }

    /** How long a command takes besides what its script sleeps. */
    public Settings commandTime(Duration time) {
        commandTime = time;
        return this;
    }

    Duration commandTime() {
        return commandTime;
    }

    /**
     * How long a probe waits for the recorded state at most, whatever its parameter says; before that, cloud-init still
     * runs.
     */
    public Settings probeWait(Duration longest) {
        probeWait = longest;
        return this;
    }

    Duration probeWait() {
        return probeWait;
    }

    /** Commands run at once, in real time: for callers outside, who wait in real time too. */
    public Settings commandsAtOnce(boolean atOnce) {
        commandsAtOnce = atOnce;
        return this;
    }

    boolean commandsAtOnce() {
        return commandsAtOnce;
    }

    /** How long an instance is on its way once its lifecycle hooks are answered: {@code Pending:Proceed} and the like. */
    public Settings proceeding(Duration time) {
        proceeding = time;
        return this;
    }

    Duration proceeding() {
        return proceeding;
    }
}
