package launchguard.aws;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import launchguard.model.CommandId;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.CommandFilter;
import software.amazon.awssdk.services.ssm.model.CommandFilterKey;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidPluginNameException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;

/** SSM Run Command: the stack's own documents, and nothing else. */
public final class Commands {
    /** The most instances that one SendCommand takes. */
    public static final int MOST = 50;

    /**
     * The stack alone makes versions of its documents, and each update makes one. That an update also makes it the default
     * is not certain, so the default may be an older one, which takes other parameters.
     */
    private static final String VERSION = "$LATEST";

    /** As many ids as an error message names: it is stored with a case. */
    private static final int NAMED = 5;

    /** Enough for results that two batches have listed and not read yet. */
    private static final int KEPT = 1_000;

    private final Clients clients;
    private final String prefix;
    private final RecentAnswers<Ran, CommandAnswer.Ended> listed = new RecentAnswers<>(KEPT);

    /** A command on an instance. */
    private record Ran(CommandId command, InstanceId instance) {}

    /** Uses the documents with this prefix. */
    public Commands(Clients clients, String prefix) {
        this.clients = clients;
        this.prefix = prefix;
    }

    /** The name of a document of this stack. */
    public String name(Document document) {
        return prefix + "-" + document.suffix();
    }

    /** Whether that is the name of the probe. */
    public boolean probe(String documentName) {
        return documentName.equals(name(Document.PROBE));
    }

    /** Whether a document of that name belongs to this stack. */
    public boolean ours(String documentName) {
        return documentName.startsWith(prefix + "-");
    }

    /**
     * Sends a document to instances.
     *
     * @param deliverySeconds a command that has not begun by then never begins, at least 30
     * @throws InstancesRefusedException when SSM refuses one of them; it does not say which
     */
    public CommandId send(
            Document document,
            Collection<InstanceId> instances,
            Map<String, String> parameters,
            String comment,
            int deliverySeconds)
            throws InstancesRefusedException {
        Map<String, List<String>> values = new TreeMap<>();
        parameters.forEach((name, value) -> values.put(name, List.of(value)));
        List<String> ids = instances.stream().map(InstanceId::value).toList();
        String what = "send " + name(document) + " to " + named(ids);
        try {
            return Call.to(
                    what,
                    "ssm:SendCommand",
                    () -> new CommandId(client(document)
                            .sendCommand(request -> request.documentName(name(document))
                                    .documentVersion(VERSION)
                                    .instanceIds(ids)
                                    .parameters(values)
                                    .comment(comment)
                                    .timeoutSeconds(deliverySeconds))
                            .command()
                            .commandId()));
        } catch (AwsFailureException fault) {
            if (fault.denied() || fault.getCause() instanceof InvalidInstanceIdException) {
                throw new InstancesRefusedException(fault);
            }
            throw fault;
        }
    }

    private static String named(List<String> ids) {
        int more = ids.size() - NAMED;
        return more <= 0 ? String.join(", ", ids) : String.join(", ", ids.subList(0, NAMED)) + " and " + more + " more";
    }

    /**
     * Reads the results of a command on all its instances by one call. The list lacks what has ended just now, and cuts
     * long results; {@link #answer} reads these one by one.
     */
    public void readResults(CommandId command) {
        Call.to("read the results of command " + command, "ssm:ListCommandInvocations", () -> {
            clients.ssm
                    .get()
                    .listCommandInvocationsPaginator(request ->
                            request.commandId(command.value()).details(true).maxResults(MOST))
                    .commandInvocations()
                    .forEach(invocation -> CommandAnswer.whole(invocation)
                            .ifPresent(ended ->
                                    listed.keep(new Ran(command, new InstanceId(invocation.instanceId())), ended)));
            return listed;
        });
    }

    /** What a command did on an instance. */
    public CommandAnswer answer(CommandId command, InstanceId instance) {
        Optional<CommandAnswer.Ended> known = listed.find(new Ran(command, instance));
        return known.isPresent() ? known.get() : asked(command, instance);
    }

    private CommandAnswer asked(CommandId command, InstanceId instance) {
        return Call.to("read command " + command + " on " + instance, "ssm:GetCommandInvocation", () -> {
            try {
                return CommandAnswer.of(clients.ssm
                        .get()
                        .getCommandInvocation(
                                request -> request.commandId(command.value()).instanceId(instance.value())));
            } catch (InvocationDoesNotExistException | InvalidPluginNameException notShownYet) {
                return new CommandAnswer.NotEnded();
            }
        });
    }

    /** The command of this document that was sent since then with exactly this comment. */
    public Optional<CommandId> sent(Document document, String comment, Instant since) {
        return Call.to(
                "look for a command \"" + comment + "\"",
                "ssm:ListCommands",
                () -> clients
                        .ssm
                        .get()
                        .listCommandsPaginator(request -> request.filters(List.of(
                                filter(CommandFilterKey.DOCUMENT_NAME, name(document)),
                                filter(CommandFilterKey.INVOKED_AFTER, seconds(since)))))
                        .commands()
                        .stream()
                        .filter(command -> comment.equals(command.comment()))
                        .map(command -> new CommandId(command.commandId()))
                        .findFirst());
    }

    /** SSM takes whole seconds, as in 2021-07-07T00:00:00Z. */
    private static String seconds(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static CommandFilter filter(CommandFilterKey key, String value) {
        return CommandFilter.builder().key(key).value(value).build();
    }

    /** The probe only reads, so it may be sent twice; a remedy may not. */
    private SsmClient client(Document document) {
        return document == Document.PROBE ? clients.ssm.get() : clients.ssmOnce.get();
    }
}
