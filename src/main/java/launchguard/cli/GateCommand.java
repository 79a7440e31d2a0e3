package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.Inventory;
import launchguard.aws.LaunchHook;
import launchguard.aws.LifecycleActions;
import launchguard.aws.ScalingGroup;
import launchguard.aws.Session;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gate}: puts the launch gate's lifecycle hook on a group, shows it, or takes it away without ending a launch. */
@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "The launch gate holds each launched instance of a group out of service until its launch is proved.",
            "",
            "add     puts the lifecycle hook on the group",
            "status  shows which groups have it, and which of their instances wait at a launch hook now",
            "        (Auto Scaling does not say at which hook: otherHooks names the launch hooks that may hold them besides)",
            "remove  releases every held instance, then deletes the hook",
            ""
        },
        footer = {
            "",
            "Permissions it needs: autoscaling:DescribeAutoScalingGroups, autoscaling:DescribeAutoScalingInstances,",
            "  autoscaling:DescribeLifecycleHooks, and",
            "  add     autoscaling:PutLifecycleHook, ec2:DescribeInstances",
            "  status  ec2:DescribeInstances",
            "  remove  autoscaling:CompleteLifecycleAction, autoscaling:DeleteLifecycleHook",
            "",
            "Examples:",
            "  java -jar target/launch-guard.jar gate add --asg MY-GROUP",
            "  java -jar target/launch-guard.jar gate status --all",
            "  java -jar target/launch-guard.jar gate remove --asg MY-GROUP"
        })
final class GateCommand extends AwsCommand {
    /** As CodeDeploy's own hook: after this time without an answer the instance goes in service. */
    private static final Duration HEARTBEAT = Duration.ofMinutes(10);

    /** Instances that begin to wait while others are released are released in the next round. */
    private static final int MOST_ROUNDS = 20;

    /** The actions of the command. */
    enum Action {
        add,
        status,
        remove
    }

    @Parameters(paramLabel = "ACTION", description = "add, status or remove.")
    @SuppressWarnings("NullAway.Init")
    private Action action;

    @Option(names = "--asg", paramLabel = "NAME", description = "The Auto Scaling group.")
    private @Nullable String group;

    @Option(names = "--all", description = "status only: every group of the region that has the hook.")
    private boolean all;

    @Option(
            names = "--hook",
            paramLabel = "NAME",
            defaultValue = "${env:LAUNCH_GUARD_GATE_HOOK:-launch-guard-gate}",
            description = "The hook's name; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String hook;

    @Option(
            names = "--opt-in-value",
            paramLabel = "VALUE",
            defaultValue = "${env:LAUNCH_GUARD_OPT_IN_VALUE:-on}",
            description = "The value of the group's tag launch-guard; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String optInValue;

    @Mixin
    private FormatOption.Rows printing = new FormatOption.Rows();

    @Override
    void check() {
        if (group == null && !(action == Action.status && all)) {
            throw usage(
                    action == Action.status
                            ? "gate status takes --asg NAME or --all"
                            : "gate " + action + " takes --asg NAME");
        }
        if (all && (group != null || action != Action.status)) {
            throw usage("--all is for gate status, without --asg");
        }
        if (group != null) {
            GroupName ignored = groupName(group);
        }
        if (hookName().ofCodeDeploy()) {
            throw usage("--hook " + hook + " is one of CodeDeploy's own hooks, which only CodeDeploy may answer");
        }
    }

    private GroupName groupName(String name) {
        try {
            return new GroupName(name);
        } catch (IllegalArgumentException notOne) {
            throw usage("--asg: " + notOne.getMessage());
        }
    }

    private HookName hookName() {
        try {
            return new HookName(hook);
        } catch (IllegalArgumentException notOne) {
            throw usage("--hook: " + notOne.getMessage());
        }
    }

    @Override
    int run(@Nullable Session given) {
        Session session = required(given);
        LifecycleActions actions = new LifecycleActions(session.clients());
        return switch (action) {
            case add -> add(session, actions);
            case status -> status(session, actions);
            case remove -> remove(session, actions);
        };
    }

    private ScalingGroup known(Session session) {
        GroupName name = groupName(Objects.requireNonNull(group));
        return new Groups(session.clients())
                .describe(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no Auto Scaling group " + name + " in "
                        + session.region() + "; look at --asg, --region and --profile"));
    }

    private int add(Session session, LifecycleActions actions) {
        ScalingGroup known = known(session);
        String value = known.tags().get("launch-guard");
        if (!optInValue.equals(value)) {
            throw new IllegalArgumentException("the group " + known.name() + " does not carry the tag launch-guard="
                    + optInValue + (value == null ? "" : " but launch-guard=" + value)
                    + ": the function may not answer its hook, and each launch would take " + HEARTBEAT.toSeconds()
                    + " s longer. Tag the group first (the stack's output OptInCommand)");
        }
        actions.put(known.name(), hookName(), HEARTBEAT);
        err().println("put lifecycle hook " + hook + " on " + known.name() + " (heartbeat " + HEARTBEAT.toSeconds()
                + " s, default result CONTINUE): it holds instances that are launched from now on");
        return print(session, actions, List.of(known));
    }

    private int status(Session session, LifecycleActions actions) {
        List<ScalingGroup> groups = all ? new Inventory(session.clients()).groups() : List.of(known(session));
        return print(session, actions, groups);
    }

    private int print(Session session, LifecycleActions actions, List<ScalingGroup> groups) {
        Map<GroupName, List<InstanceId>> waiting = new Groups(session.clients()).waiting();
        List<ObjectNode> rows = groups.stream()
                .sorted(Comparator.comparing(group -> group.name().value()))
                .flatMap(group -> ours(actions, group)
                        .map(found ->
                                row(session, actions, group, found, waiting.getOrDefault(group.name(), List.of())))
                        .stream())
                .toList();
        if (rows.isEmpty()) {
            complain(
                    all
                            ? "no group in " + session.region() + " has a lifecycle hook " + hook
                            : "the group " + group + " has no lifecycle hook " + hook + ": its launches are not gated");
        }
        new Listing(
                        List.of(
                                "autoScalingGroup",
                                "hook",
                                "heartbeatSeconds",
                                "defaultResult",
                                "held",
                                "oldestHeldSeconds",
                                "otherHooks"),
                        List.of("optedIn", "heldInstances"),
                        rows)
                .print(out(), printing.format, paint());
        return 0;
    }

    private Optional<LaunchHook> ours(LifecycleActions actions, ScalingGroup of) {
        return actions.launchHooks(of.name()).stream()
                .filter(found -> found.name().equals(hookName()))
                .findFirst();
    }

    private ObjectNode row(
            Session session, LifecycleActions actions, ScalingGroup of, LaunchHook found, List<InstanceId> held) {
        List<String> others = actions.launchHooks(of.name()).stream()
                .map(hook -> hook.name().value())
                .filter(name -> !name.equals(found.name().value()))
                .toList();
        ObjectNode row = JsonNodeFactory.instance
                .objectNode()
                .put("autoScalingGroup", of.name().value())
                .put("hook", found.name().value())
                .put("heartbeatSeconds", found.heartbeat().toSeconds())
                .put("defaultResult", found.continuesByDefault() ? "CONTINUE" : "ABANDON")
                .put("held", held.size())
                .put("otherHooks", String.join(" ", others));
        // No API says since when an instance waits; its launch is a few seconds before that.
        oldest(session, held)
                .ifPresent(launchedAt -> row.put(
                        "oldestHeldSeconds",
                        Duration.between(launchedAt, Instant.now()).toSeconds()));
        row.put("optedIn", optInValue.equals(of.tags().get("launch-guard")));
        held.forEach(instance -> row.withArray("heldInstances").add(instance.value()));
        return row;
    }

    private static Optional<Instant> oldest(Session session, List<InstanceId> held) {
        if (held.isEmpty()) {
            return Optional.empty();
        }
        Map<InstanceId, Instances.Facts> facts = new Instances(session.clients()).describe(held);
        return facts.values().stream().map(Instances.Facts::launchedAt).min(Comparator.naturalOrder());
    }

    /** Deleting a hook abandons the launches that wait at it, so none may wait. */
    private int remove(Session session, LifecycleActions actions) {
        ScalingGroup known = known(session);
        if (ours(actions, known).isEmpty()) {
            complain("the group " + known.name() + " has no lifecycle hook " + hook + ": nothing to remove");
            return 0;
        }
        int released = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            int now = 0;
            for (InstanceId instance : new Groups(session.clients()).waiting().getOrDefault(known.name(), List.of())) {
                if (actions.complete(known.name(), hookName(), instance, null, LifecycleActions.Result.CONTINUE)) {
                    now++;
                    err().println("released " + instance);
                }
            }
            if (now == 0) {
                actions.delete(known.name(), hookName());
                err().println("deleted lifecycle hook " + hook + " of " + known.name() + ", after releasing " + released
                        + " held instances");
                return 0;
            }
            released += now;
        }
        throw new IllegalStateException("instances of " + known.name() + " come to wait as fast as they are released;"
                + " the hook was not deleted, since that would end their launches. Suspend the process Launch, or ask"
                + " again when fewer are launched");
    }
}
