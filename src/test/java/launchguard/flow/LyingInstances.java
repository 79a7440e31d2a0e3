package launchguard.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import launchguard.sandbox.Instance;
import launchguard.sandbox.InstanceRoot;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;

/** Instances that change the probe's output; the remedies' scripts run as they are. */
final class LyingInstances implements ScriptRunner {
    private final ScriptRunner honest;
    private final Map<String, UnaryOperator<String>> lies = new ConcurrentHashMap<>();

    /** What the probe saw is true until a remedy runs; only the time would be another. */
    private final Map<String, Result> seen = new ConcurrentHashMap<>();

    LyingInstances(ScriptRunner honest) {
        this.honest = honest;
    }

    /** This instance prints something else. */
    void print(Instance instance, UnaryOperator<String> lie) {
        lies.put(instance.id(), lie);
    }

    /** This instance prints well-formed evidence with something changed in it. */
    void change(Instance instance, Consumer<ObjectNode> lie) {
        print(instance, printed -> {
            ObjectNode evidence = (ObjectNode) Json.parse(printed);
            lie.accept(evidence);
            return evidence.toString();
        });
    }

    static ObjectNode firstJvm(ObjectNode evidence) {
        return (ObjectNode) evidence.at("/jvms/0");
    }

    /** Says a lie of each stale JVM, deployment and unit: whatever has a name there has this one. */
    static void name(ObjectNode evidence, String name) {
        evidence.path("deployments").forEach(node -> put((ObjectNode) node, name, "deploymentId", "groupId"));
        evidence.path("jvms")
                .forEach(node -> put(
                        (ObjectNode) node,
                        name,
                        "unit",
                        "exe",
                        "javaHome",
                        "user",
                        "groupId",
                        "versionInUse",
                        "versionOnDisk"));
        evidence.path("packages").forEach(node -> put((ObjectNode) node, name, "name", "version", "manager"));
        evidence.path("symptoms").forEach(node -> put((ObjectNode) node, name, "file", "line"));
        put(evidence.withObject("/agent"), name, "rootDir", "version");
        put(evidence.withObject("/host"), name, "bootId", "os", "osVersion");
        evidence.withArray("/problems").add(name);
        evidence.withArray("/failedUnits").addObject().put("unit", name).put("result", name);
    }

    private static void put(ObjectNode part, String value, String... names) {
        for (String name : names) {
            part.put(name, value);
        }
    }

    @Override
    public Result run(InstanceRoot root, String script, Duration limit) {
        String instance = root.path().getFileName().toString();
        if (!FunctionStage.probe(script)) {
            seen.remove(instance);
            return honest.run(root, script, limit);
        }
        UnaryOperator<String> lie = lies.get(instance);
        if (lie == null) {
            return honest.run(root, script, limit);
        }
        Result result = seen.computeIfAbsent(instance, ignored -> honest.run(root, script, limit));
        return new Result(result.exitCode(), lie.apply(result.stdout()), result.stderr(), result.killed());
    }
}
