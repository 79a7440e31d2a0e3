package launchguard.reliability;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.sandbox.Command;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Json;

/** Checks promise 6: text from an instance affects only that instance. */
final class ForeignWordsCheck {
    private static final Pattern TAG = Pattern.compile("[A-Z_]+|i-[0-9a-f]+[0-9.-]*");
    private final Sandbox aws;
    private final ProbeLog looks;

    ForeignWordsCheck(Sandbox aws) {
        this.aws = aws;
        this.looks = new ProbeLog(aws);
    }

    ProbeLog looks() {
        return looks;
    }

    Optional<String> fault(Call call) {
        if (!call.operation().equals("CreateTags")) {
            return Optional.empty();
        }
        List<String> resources = Json.strings(call.input().path("Resources"));
        boolean probed = resources.stream()
                .allMatch(id -> aws.commands().all().stream()
                        .anyMatch(command -> command.instances().contains(id)));
        boolean plain = call.input()
                .path("Tags")
                .valueStream()
                .allMatch(tag -> TAG.matcher(tag.path("Value").asText()).matches());
        return probed && plain ? Optional.empty() : Optional.of("6: tags with foreign words: " + call);
    }

    Optional<String> fault(Remedy remedy) {
        Command command = remedy.command();
        if (command == null) {
            return Optional.empty();
        }
        String id = remedy.instance().id();
        boolean own =
                command.instances().equals(Set.of(id)) && command.comment().startsWith("launch-guard " + id);
        Set<String> pids = looks.pids(id);
        boolean known = command.parameters().entrySet().stream().allMatch(parameter -> known(remedy, parameter, pids));
        return own && known
                ? Optional.empty()
                : Optional.of("6: words that nobody but the instance has said: " + command.parameters() + " in the "
                        + remedy.what());
    }

    private boolean known(Remedy remedy, Map.Entry<String, List<String>> parameter, Set<String> pids) {
        String value = parameter.getValue().getFirst();
        return switch (parameter.getKey()) {
            case "groupId" -> value.equals(Sandbox.DEPLOYMENT_GROUP_ID);
            case "groupName" -> value.equals("prod");
            case "applicationName" -> value.equals("rest-api");
            case "deploymentId" ->
                value.equals(remedy.instance().launchDeployment().orElse("")) || value.matches("d-LOCAL\\d+-local");
            case "pid", "pids" ->
                pids.containsAll(Stream.of(value.split(","))
                        .filter(pid -> !pid.isEmpty())
                        .map(pid -> pid.replaceFirst(":\\d+$", ""))
                        .collect(Collectors.toSet()));
            case "startTicks" -> value.matches("\\d+");
            case "notAfter" -> value.matches("\\d*");
            case "units" ->
                value.isEmpty()
                        || Stream.of(value.split(","))
                                .allMatch(unit -> looks.shows(remedy.instance().id(), unit));
            case "expect" -> Set.of("stale", "missing").contains(value);
            default -> false;
        };
    }
}
