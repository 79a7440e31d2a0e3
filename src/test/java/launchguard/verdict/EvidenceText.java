package launchguard.verdict;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;

/**
 * Evidence as the probe would print it, built up from an instance that was launched 200 s ago: cloud-init ended at 70 s
 * and nothing is deployed. Times are seconds since boot; boot was at epoch second 1,000,000.
 */
public final class EvidenceText {
    /** Epoch seconds of the boot. */
    public static final long BOOTED_AT = 1_000_000;
    /** When cloud-init ended. */
    public static final double FINISH = 70;

    private static final double UPTIME = 200;
    private static final String JDK = "/usr/lib/jvm/java-17";

    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    /** An instance without a deployment. */
    public EvidenceText() {
        root.put("schema", 1);
        root.putObject("host")
                .put("instanceId", "i-0123456789abcdef0")
                .put("bootId", "boot-1")
                .put("now", BOOTED_AT + UPTIME)
                .put("uptime", UPTIME);
        root.putObject("cloudInit").put("state", "done").put("finishedUptime", FINISH);
        root.putObject("agent").put("installed", true).putArray("ongoing");
        for (String list : new String[] {"deployments", "packages", "jvms", "failedUnits", "symptoms", "problems"}) {
            root.putArray(list);
        }
        root.putArray("truncated");
    }

    /** Looks later. */
    public EvidenceText uptime(double seconds) {
        root.withObject("/host").put("now", BOOTED_AT + seconds).put("uptime", seconds);
        return this;
    }

    /** cloud-init in another state, its end unknown. */
    public EvidenceText cloudInit(String state) {
        root.putObject("cloudInit").put("state", state);
        return this;
    }

    /** A deployment of this boot. */
    public EvidenceText deployed(String group, String id, double started) {
        deployment(group, id).put("thisBoot", true).put("startedUptime", started);
        return this;
    }

    /** A deployment, all but its names left out. */
    public ObjectNode deployment(String group, String id) {
        return root.withArray("/deployments").addObject().put("groupId", group).put("deploymentId", id);
    }

    /** A deployment of an earlier boot. */
    public EvidenceText deployedBefore(String group, String id) {
        deployment(group, id).put("thisBoot", false).put("lastInstalled", true);
        return this;
    }

    /** A deployment with a command on its way. */
    public EvidenceText ongoing(String id) {
        root.withArray("/agent/ongoing").add(id);
        return this;
    }

    /** A JDK package, installed so many seconds after boot. */
    public EvidenceText jdkInstalled(double uptime) {
        root.withArray("/packages")
                .addObject()
                .put("name", "java-17-headless")
                .put("installedAt", Math.round(BOOTED_AT + uptime));
        return this;
    }

    /** A JVM whose files are all there. */
    public EvidenceText freshJvm(int pid, double started) {
        jvm(pid, started).put("exeLinks", 1);
        return this;
    }

    /** A JVM whose JDK's directory is gone. */
    public EvidenceText staleJvm(int pid, double started) {
        jvm(pid, started).put("exeLinks", 0).put("javaHomeGone", true);
        return this;
    }

    /** A JVM whose JDK was replaced in place. */
    public EvidenceText replacedJvm(int pid, double started) {
        jvm(pid, started).put("exeLinks", 1).putArray("deletedMappings").add(JDK + "/lib/server/libjvm.so");
        return this;
    }

    /** A JVM with nothing said about its files. */
    public ObjectNode jvm(int pid, double started) {
        return root.withArray("/jvms")
                .addObject()
                .put("pid", pid)
                .put("startedUptime", started)
                .put("startTicks", Math.round(started * 100))
                .put("container", false)
                .put("exe", JDK + "/bin/java")
                .put("javaHome", JDK)
                .put("javaHomeGone", false);
    }

    /** A unit that failed. */
    public EvidenceText failedUnit(String unit, int status) {
        root.withArray("/failedUnits").addObject().put("unit", unit).put("exitStatus", status);
        return this;
    }

    /** A service unit as the probe of today shows it: failed in a try at 60 s, its java gone that was there. */
    public ObjectNode unit(String unit, int status) {
        return root.withArray("/failedUnits")
                .addObject()
                .put("unit", unit)
                .put("state", "failed")
                .put("result", "exit-code")
                .put("exitStatus", status)
                .put("stage", "start")
                .put("java", true)
                .put("javaGone", true)
                .put("javaWasHere", true)
                .put("startedUptime", 60);
    }

    /** An exception in a log. */
    public EvidenceText symptom(String line) {
        root.withArray("/symptoms").addObject().put("file", "/var/log/app.log").put("line", line);
        return this;
    }

    /** The whole, to change anything. */
    public ObjectNode json() {
        return root;
    }

    /** As the reader gives it. */
    public Evidence read() throws UnreadableEvidenceException {
        return EvidenceReader.read(root.toString());
    }
}
