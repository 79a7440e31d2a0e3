package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;
import launchguard.template.Template;
import org.jspecify.annotations.Nullable;

/** SSM: Run Command, and which instances it knows. */
final class CommandService implements Service {
    private static final int PAGE = 50;
    private static final int DEFAULT_TIMEOUT = 3600;
    private final Commands commands;
    private final Documents documents;
    private final Fleet fleet;
    private final Names names;
    private final SteppedClock clock;
    private final Settings settings;

    CommandService(
            Commands commands, Documents documents, Fleet fleet, Names names, SteppedClock clock, Settings settings) {
        this.commands = commands;
        this.documents = documents;
        this.fleet = fleet;
        this.names = names;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "ssm";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.of(
                "SendCommand", this::send,
                "GetCommandInvocation", this::getInvocation,
                "ListCommands", this::list,
                "ListCommandInvocations", this::listInvocations,
                "CancelCommand", this::cancel,
                "DescribeInstanceInformation", this::information);
    }

    private ObjectNode send(ObjectNode input) {
        List<String> ids = Json.strings(input.path("InstanceIds"));
        if (input.has("Targets")) {
            throw new AwsError("UnsupportedOperation", "the sandbox sends to instance ids only");
        } else if (ids.isEmpty()) {
            throw new AwsError("InvalidInstanceId", "No instance is given.");
        } else if (new HashSet<>(ids).size() < ids.size()) {
            throw new AwsError("DuplicateInstanceId", "");
        }
        Template.Document document = documents.find(input.path("DocumentName").asText());
        Map<String, List<String>> parameters = new TreeMap<>();
        input.path("Parameters")
                .properties()
                .forEach(parameter -> parameters.put(parameter.getKey(), Json.strings(parameter.getValue())));
        Command command = new Command(
                names.uuid(),
                document,
                parameters,
                input.path("Comment").asText(),
                Duration.ofSeconds(input.path("TimeoutSeconds").asInt(DEFAULT_TIMEOUT)),
                clock.instant());
        // One bad id fails the whole call, and the error does not say which.
        List<Instance> instances = ids.stream()
                .map(id -> fleet.find(id)
                        .filter(Instance::registered)
                        .orElseThrow(
                                () -> new AwsError("InvalidInstanceId", "Instances not in a valid state for account")))
                .toList();
        commands.send(command, instances);
        return Json.object("Command", command.info());
    }

    private ObjectNode getInvocation(ObjectNode input) {
        Command command = commands.find(input.path("CommandId").asText());
        Command.Invocation invocation = command == null
                ? null
                : command.invocations.get(input.path("InstanceId").asText());
        if (command == null || invocation == null || invocation.missesLeft > 0) {
            if (invocation != null) {
                invocation.missesLeft--;
            }
            throw new AwsError("InvocationDoesNotExist", "");
        }
        String plugin = Json.text(input, "PluginName");
        if (plugin != null && !plugin.equals("aws:runShellScript")) {
            throw new AwsError("InvalidPluginName", "");
        }
        return InvocationView.of(command, invocation);
    }

    private ObjectNode list(ObjectNode input) {
        String id = Json.text(input, "CommandId");
        String instance = Json.text(input, "InstanceId");
        List<Command> found = commands.all().reversed().stream()
                .filter(each -> id == null || each.id.equals(id))
                .filter(each -> instance == null || each.visibleOn(instance))
                .filter(CommandFilter.of(input.path("Filters")))
                .filter(each -> !each.requestedAt.plus(settings.listLag()).isAfter(clock.instant()))
                .toList();
        return page(found, input).output("Commands", "NextToken", Command::info);
    }

    private ObjectNode listInvocations(ObjectNode input) {
        String id = Json.text(input, "CommandId");
        String instance = Json.text(input, "InstanceId");
        boolean details = input.path("Details").asBoolean(false);
        @Nullable Command named = id == null ? null : commands.find(id);
        List<Command> asked = id == null ? commands.all().reversed() : named == null ? List.of() : List.of(named);
        List<ObjectNode> found = asked.stream()
                .filter(CommandFilter.of(input.path("Filters")))
                .flatMap(each -> each.invocations.values().stream()
                        .filter(invocation -> instance == null || invocation.instance.equals(instance))
                        .filter(invocation -> invocation.missesLeft == 0)
                        .filter(this::shown)
                        .map(invocation -> InvocationView.listed(each, invocation, details)))
                .toList();
        return page(found, input).output("CommandInvocations", "NextToken", each -> each);
    }

    /** Lists lag: what has ended just now is not among them. */
    private boolean shown(Command.Invocation invocation) {
        Instant ended = invocation.endedAt;
        return ended == null || !ended.plus(settings.invocationListLag()).isAfter(clock.instant());
    }

    private ObjectNode cancel(ObjectNode input) {
        Command command = commands.find(input.path("CommandId").asText());
        if (command == null) {
            throw new AwsError("InvalidCommandId", "");
        }
        commands.cancel(command, Json.strings(input.path("InstanceIds")));
        return Json.object();
    }

    private ObjectNode information(ObjectNode input) {
        List<Instance> registered = fleet.instances().values().stream()
                .filter(Instance::registered)
                .filter(InformationFilter.of(input))
                .toList();
        return page(registered, input).output("InstanceInformationList", "NextToken", InvocationView::node);
    }

    private static <T> Page<T> page(List<T> all, ObjectNode input) {
        @Nullable String token = Json.text(input, "NextToken");
        return Page.of(all, token, input.path("MaxResults").asInt(PAGE), "InvalidNextToken");
    }
}
