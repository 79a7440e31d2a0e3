package launchguard.sandbox;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import launchguard.LaunchGuardFunction;
import launchguard.aws.Workers;
import launchguard.sandbox.dynamo.Dynamo;
import launchguard.sandbox.wire.CallLog;
import launchguard.sandbox.wire.Endpoint;
import launchguard.sandbox.wire.Faults;
import launchguard.sandbox.wire.Gate;
import launchguard.sandbox.wire.Happening;
import launchguard.sandbox.wire.Json;
import launchguard.template.Role;
import launchguard.template.Template;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * An embedded AWS, made from the stack's own template: one endpoint on loopback that real SDK clients talk to, instances
 * with a file system of their own, and one clock that stands still until it is moved.
 *
 * <pre>{@code
 * try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"))) {
 *     aws.function(new LaunchGuardFunction(aws.environment(), aws.clock()));
 *     ScalingGroup web = aws.group("web").replacements(gone -> Image.recorded("rpm-dnf-no-race-agent-after-cloud-init"));
 *     Instance broken = web.launch("rpm-dnf-race-jdk8-status-error");
 *     aws.faults().on("ssm", "SendCommand").nth(1).loseAnswer();
 *
 *     aws.settle(Duration.ofHours(3));
 *
 *     assertEquals(1, aws.commands().all().stream()
 *             .filter(command -> command.documentName().endsWith("-Redeploy")).count());
 *     assertEquals(List.of(), aws.deadLetters().messages());
 *     assertEquals("InService", broken.lifecycle());
 * }
 * }</pre>
 *
 * {@link #close} fails when anything was called that the sandbox does not know.
 */
public final class Sandbox implements AutoCloseable {
    /** The deployment group of the recorded instances. */
    public static final String DEPLOYMENT_GROUP_ID = "3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01";

    /** The function's name in Lambda. */
    public static final String FUNCTION = "launch-guard-function";

    private static final String APPLICATION = "rest-api";
    private static final String DEPLOYMENT_GROUP = "prod";
    static final Instant START = Instant.parse("2026-11-22T22:00:00Z");
    private static final Map<Map<String, String>, Template> STACKS = new ConcurrentHashMap<>();
    private static final Map<Map<String, String>, Role> ROLES = new ConcurrentHashMap<>();
    private static final Path TEMPLATE = Path.of("template.yaml");
    private final Template template;
    private final String table = "launch-guard-cases";

    private final SteppedClock clock = new SteppedClock(START);
    private final Names names = new Names();
    private final Settings settings = new Settings();
    private final CallLog calls = new CallLog(clock);
    private final Faults faults = new Faults();
    private final Queue queue = new Queue("launch-guard-signals", clock, names);
    private final Queue deadLetters = new Queue("launch-guard-dead-letters", clock, names);
    private final Documents documents = new Documents();
    private final EventBus bus;
    private final RunningInvocations running = new RunningInvocations(clock);
    private final CodeDeploy codeDeploy;
    private final Commands commands;
    private final Path folder;
    private final Fleet fleet;
    private final Endpoint endpoint;
    private final Lambda lambda;
    private final ClockRunner settling;
    private final OrderedWorkers workers = new OrderedWorkers();
    private final ReadWriteLock clockUse = new ReentrantReadWriteLock();
    private final Lock clockMoves = clockUse.writeLock();
    private final Lock clockStands = clockUse.readLock();

    private Sandbox(Template template, Role role, String account) throws IOException {
        this.template = template;
        bus = new EventBus(clock, names, queue, account);
        codeDeploy = new CodeDeploy(clock, bus);
        commands = new Commands(clock, bus, settings);
        folder = Files.createTempDirectory("launch-guard-sandbox");
        LaunchHooks hooks = new LaunchHooks(clock, names, bus);
        fleet = new Fleet(clock, names, new LaunchStory(clock, names, bus, codeDeploy, hooks, settings), folder);
        template.documents().values().forEach(documents::add);
        template.patternsOfSignals().forEach((name, pattern) -> bus.rule(name, Json.parse(pattern)));
        String central = template.parameter("CentralEventBusArn");
        template.patternsTo(central).forEach((name, pattern) -> bus.forwardingRule(name, Json.parse(pattern)));
        queue.visibility(template.queueSettings().visibility());
        queue.redrive(deadLetters, template.queueSettings().maxReceiveCount());
        lambda = new Lambda(
                queue,
                clock,
                names,
                faults,
                running,
                new Lambda.Terms(
                        template.queueSettings().batchSize(), template.functionTimeout(), template.recursionAllowed()));
        lambda.listen(messages -> calls.happened(new Happening.Began(Callers.current(), messages)));
        settling = new ClockRunner(clock, queue, lambda, template);
        endpoint = new Endpoint(calls, faults);
        takeTurns(new SeededOrder(0));
        endpoint.add(Stream.of(
                        new QueueService(
                                Map.of(queue.name(), queue, deadLetters.name(), deadLetters),
                                clock,
                                () -> running.hopsOfSent(Endpoint.caller())),
                        new EventService(bus, clock, names),
                        new CommandService(commands, documents, fleet, names, clock, settings),
                        new CodeDeployService(
                                codeDeploy,
                                new CreateDeployment(codeDeploy, fleet, names, new Rollout(codeDeploy, clock)),
                                clock,
                                settings),
                        new ScalingService(fleet, names, hooks, codeDeploy),
                        new Ec2Service(fleet, clock, settings))
                .map(service -> new LockedService(clock, service))
                .toList());
        Dynamo dynamo = new Dynamo(clock);
        dynamo.create(table, CaseTable.schema(template.tableDefinition()));
        endpoint.add(List.of(dynamo));
        endpoint.checks(
                new FunctionChecks(clock, running, settings, new IamRequests(role, fleet, codeDeploy, queue), calls));
        endpoint.function(FUNCTION, event -> invoke(event).toString());
    }

    /** A region in which the stack was installed with nothing but defaults: mode observe. */
    public static Sandbox start() {
        return start(Map.of());
    }

    /** A region in which the stack was installed with these parameters, for example {@code Mode: remediate}. */
    public static Sandbox start(Map<String, String> parameters) {
        return start(parameters, template -> template);
    }

    /** As {@link #start(Map)}, in an account of this id. */
    public static Sandbox start(Map<String, String> parameters, String account) {
        return start(parameters, account, template -> template);
    }

    /** As {@link #start(Map)}, where the template is not quite the stack's own. */
    public static Sandbox start(Map<String, String> parameters, UnaryOperator<Template> change) {
        return start(parameters, Names.ACCOUNT, change);
    }

    private static Sandbox start(Map<String, String> parameters, String account, UnaryOperator<Template> change) {
        Map<String, String> stack = new TreeMap<>(parameters);
        stack.putAll(Map.of("AWS::AccountId", account, "AWS::Region", Names.REGION));
        try {
            return new Sandbox(
                    change.apply(STACKS.computeIfAbsent(Map.copyOf(stack), some -> Template.read(TEMPLATE, some))),
                    ROLES.computeIfAbsent(Map.copyOf(parameters), some -> Role.of(some, APPLICATION, DEPLOYMENT_GROUP)),
                    account);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins at another time: for a function that reads this machine's own clock. */
    public Sandbox from(Instant now) {
        clock.startFrom(now);
        return this;
    }

    /** The function's environment: the template's variables, and how the SDK finds this endpoint. */
    public Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(template.functionEnvironment());
        environment.putAll(Map.of(
                "LAUNCH_GUARD_TABLE",
                table,
                "LAUNCH_GUARD_QUEUE_URL",
                endpoint.uri() + "/" + Names.ACCOUNT + "/" + queue.name(),
                "AWS_ENDPOINT_URL",
                endpoint.uri().toString(),
                "AWS_REGION",
                Names.REGION,
                "AWS_ACCESS_KEY_ID",
                "test",
                "AWS_SECRET_ACCESS_KEY",
                "test"));
        return environment;
    }

    /** A client of this region, to be built. */
    public <B extends AwsClientBuilder<B, ?> & SdkSyncClientBuilder<B, ?>> B configure(B builder) {
        return builder.endpointOverride(endpoint.uri())
                .region(Region.of(Names.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder());
    }

    /** The function that takes the queue's messages. */
    public Sandbox function(RequestStreamHandler function) {
        lambda.function(function);
        return this;
    }

    /** The Auto Scaling group of this name; a new one is opted in, and CodeDeploy's group {@code prod} deploys to it. */
    public ScalingGroup group(String name) {
        synchronized (clock) {
            if (!fleet.groups().containsKey(name)) {
                deploymentGroup().attach(name);
            }
            return fleet.group(name);
        }
    }

    /** The deployment group {@code prod} of the application {@code rest-api}, which the recorded instances belong to. */
    public DeploymentGroup deploymentGroup() {
        return codeDeploy.group(APPLICATION, DEPLOYMENT_GROUP, DEPLOYMENT_GROUP_ID);
    }

    /** Every instance there ever was, in the order of their launches. */
    public List<Instance> instances() {
        synchronized (clock) {
            return List.copyOf(fleet.instances().values());
        }
    }

    /** The instance of this id. */
    public Instance instance(String id) {
        return fleet.find(id).orElseThrow();
    }

    /** Registers a document, or takes the place of one of the stack. */
    public void document(Template.Document document) {
        documents.add(document);
    }

    /** A load balancer that sends each instance of the group in service a request at this interval, for this long. */
    public Traffic traffic(ScalingGroup group, Duration every, Duration length) {
        return traffic(group, every, length, Traffic::stale);
    }

    /** As {@link #traffic(ScalingGroup, Duration, Duration)}, to instances without files. */
    public Traffic traffic(ScalingGroup group, Duration every, Duration length, ReplayedInstances players) {
        return traffic(group, every, length, players::stale);
    }

    private Traffic traffic(ScalingGroup group, Duration every, Duration length, Predicate<Instance> stale) {
        synchronized (clock) {
            Instant ends = clock.instant().plus(length);
            return new Traffic(fleet, commands, clock, group, every, ends, stale);
        }
    }

    /** CodeDeploy's state. */
    public CodeDeploy codeDeploy() {
        return codeDeploy;
    }

    /** Run Command's state. */
    public Commands commands() {
        return commands;
    }

    /** EventBridge's default bus. */
    public EventBus events() {
        return bus;
    }

    /** The queue of signals. */
    public Queue queue() {
        return queue;
    }

    /** The queue of what could not be done. */
    public Queue deadLetters() {
        return deadLetters;
    }

    /** What was called. */
    public CallLog calls() {
        return calls;
    }

    /** Connections without a call. */
    public int visits() {
        return endpoint.visits();
    }

    /** What goes wrong with calls. */
    public Faults faults() {
        return faults;
    }

    /** How slow and how inconsistent the services are. */
    public Settings settings() {
        return settings;
    }

    /** The one clock, for the function too. */
    public SteppedClock clock() {
        return clock;
    }

    /** Moves the clock; nothing is delivered to the function. Where the function itself waits, that is of its own time. */
    public void advance(Duration time) {
        running.pass(Callers.invocation(Callers.current()), time);
    }

    /** Messages that Lambda did not hand to the function since their chain was too long, each time counted. */
    public int droppedAsLoop() {
        return lambda.dropped();
    }

    /** Delivers what is visible in the queue now, batch after batch; how many messages. */
    public int deliver() {
        return settling.deliver();
    }

    /** Delivers and moves the clock to what is due next, until nothing is left (true) or so much time has passed. */
    public boolean settle(Duration max) {
        clockMoves.lock();
        try {
            return settling.settle(max);
        } finally {
            clockMoves.unlock();
        }
    }

    /** As {@link #settle}, with the stack's schedule every 15 minutes; always takes the whole time. */
    public void settleWithSchedule(Duration time) {
        settling.settleWithSchedule(time);
    }

    /** So many invocations at a time, interleaved as the seed decides. */
    public ConcurrentInvocations crowd(long seed, int workers) {
        return crowd(seed, workers, template.queueSettings().batchSize());
    }

    /** As {@link #crowd(long, int)}, with at most so many messages in a batch. */
    public ConcurrentInvocations crowd(long seed, int workers, int batchSize) {
        SeededOrder turns = new SeededOrder(seed);
        takeTurns(turns);
        return crowd(seed, workers, batchSize, turns);
    }

    /** So many invocations at a time, each as fast as it can: for storms, where the order of single calls is of no use. */
    public ConcurrentInvocations throng(int workers) {
        endpoint.gate(Gate.OPEN);
        this.workers.freely();
        return crowd(0, workers, template.queueSettings().batchSize(), new SeededOrder(0));
    }

    private void takeTurns(SeededOrder turns) {
        endpoint.gate(turns);
        workers.by(turns);
    }

    /** The function's workers, which take turns as its invocations do. */
    Workers workers() {
        return workers;
    }

    /** Lambda and the queue under load: the function as the stack would start it, many times over; its log goes there. */
    public LambdaLoad rush(LambdaLoad.Terms terms, PrintStream log) {
        TimedOrder waits = new TimedOrder(clock, terms.call(), terms.processor());
        workers.by(waits);
        launchguard.settings.Settings function = launchguard.settings.Settings.from(environment());
        return new LambdaLoad(
                clock,
                queue,
                lambda,
                waits,
                terms,
                new LambdaLoad.Limits(template.queueSettings().batchSize(), template.functionTimeout()),
                () -> Callers.waiting(endpoint.uri(), waits),
                clients -> new LaunchGuardFunction(function, clients, clock, this::advance, log, workers));
    }

    /** Stores no calls, events and invocations from now on, for runs with very many; listeners still get them. */
    public Sandbox forgetful() {
        calls.forget();
        bus.forget();
        lambda.forget();
        return this;
    }

    /** The template, with the parameters that the stack was installed with. */
    public Template template() {
        return template;
    }

    private ConcurrentInvocations crowd(long seed, int workers, int batchSize, SeededOrder turns) {
        return new ConcurrentInvocations(
                clock,
                queue,
                lambda,
                turns,
                new Random(seed),
                new ConcurrentInvocations.Terms(
                        workers, batchSize, template.queueSettings().batchWindow()));
    }

    /** Terminates an instance, as a person might. */
    public void terminate(Instance instance) {
        synchronized (clock) {
            fleet.terminate(instance);
        }
    }

    /** The load balancer finds an instance unhealthy: a group whose health check is ELB takes its word. */
    public void failsHealthCheck(Instance instance) {
        synchronized (clock) {
            if (fleet.group(instance.group()).healthCheck().equals("ELB")) {
                fleet.unhealthy(instance);
            }
        }
    }

    /** Does this when its time has come. */
    public void later(Duration delay, Runnable work) {
        clock.after(delay, work);
    }

    /**
     * Calls the function directly, as {@code aws lambda invoke} does; never while {@link #settle} moves the clock, but beside
     * another such call.
     */
    public JsonNode invoke(String event) {
        Invocation invocation = invoked(event);
        if (invocation.failure() != null) {
            throw new IllegalStateException(
                    "the function failed on " + event + ": "
                            + invocation.failure().getMessage(),
                    invocation.failure());
        }
        return Json.parse(invocation.answer());
    }

    private Invocation invoked(String event) {
        clockStands.lock();
        try {
            return lambda.invoke(event);
        } finally {
            clockStands.unlock();
        }
    }

    /** The schedule fires: what it sends is in the queue. */
    public void schedule() {
        template.scheduledInputs().values().forEach(input -> queue.send(input, Duration.ZERO));
    }

    /** Calls the function with what the schedule sends. */
    public JsonNode runSchedule() {
        return invoke("{\"source\":\"launch-guard.schedule\"}");
    }

    /** Every call of the function so far. */
    public List<Invocation> invocations() {
        return lambda.invocations();
    }

    /** Fails when anything was called that the sandbox does not know, or that the function's role never allows. */
    public void verify() {
        if (!calls.denied().isEmpty()) {
            throw new AssertionError("no statement of the role allows " + calls.denied());
        }
        if (!calls.unknown().isEmpty()) {
            throw new AssertionError("the sandbox does not know " + calls.unknown());
        }
    }

    /** Deletes the instances' files in a process that is being ended: nothing else of a sandbox outlives it. */
    void discard() {
        try {
            Folders.delete(folder);
        } catch (IOException | UncheckedIOException stillWrittenTo) {
            // A script that has not ended yet may write there; the folder is a temporary one.
        }
    }

    @Override
    public void close() {
        endpoint.close();
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        verify();
    }
}
