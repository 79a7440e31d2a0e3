package launchguard.sandbox.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One HTTP server on loopback that is the endpoint of all services. */
public final class Endpoint implements AutoCloseable {
    /** What the access keys of the function begin with; others call with other keys. */
    public static final String OF_FUNCTION = "function";

    /** Between the name of an invocation's caller and the number of one of its workers. */
    public static final char WORKER = '.';

    private static final Pattern INVOKE = Pattern.compile("/2015-03-31/functions/([^/]+)/invocations");
    private static final String CREDENTIAL = "Credential=";
    private final Map<String, Service> services = new LinkedHashMap<>();
    private final Map<String, ServiceModel> models = new LinkedHashMap<>();
    private final Map<String, UnaryOperator<String>> functions = new ConcurrentHashMap<>();
    private final CallLog log;
    private final Faults faults;
    private final Listener listener = Listener.take();
    private volatile Gate gate = Gate.OPEN;
    private volatile Checks checks = Checks.NONE;
    private volatile Function<Scope, Optional<URI>> route = scope -> Optional.empty();
    private static final ThreadLocal<String> CALLER = new ThreadLocal<>();
    private final AtomicInteger visits = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Starts to listen; the services come with {@link #add}. */
    public Endpoint(CallLog log, Faults faults) {
        this.log = log;
        this.faults = faults;
        listener.serve(this::handle);
    }

    /** Where clients find all services. */
    public URI uri() {
        return listener.uri();
    }

    /** How often a client only opened a connection, by an unsigned POST without an operation, which is no call. */
    public int visits() {
        return visits.get();
    }

    /** Callers take turns as this lets them. */
    public void gate(Gate turns) {
        gate = turns;
    }

    /** Answers for these services from now on. */
    public void add(Collection<? extends Service> more) {
        for (Service service : more) {
            services.put(service.name(), service);
            if (!service.name().equals(Request.DYNAMODB)) {
                models.put(service.name(), ServiceModel.of(service.name()));
            }
        }
    }

    /** Applies these checks to each call with the function's own credentials, before it is handled. */
    public void checks(Checks ofFunction) {
        checks = ofFunction;
    }

    /** Which of the function's callers the call is from that this thread answers; null where it is not the function. */
    public static @Nullable String caller() {
        return CALLER.get();
    }

    /** The invocation that a caller belongs to: a worker to that of its caller. */
    public static String invocation(String caller) {
        int worker = caller.indexOf(WORKER);
        return worker < 0 ? caller : caller.substring(0, worker);
    }

    /** A function of Lambda's that Invoke finds by this name; what it throws is its failure. */
    public void function(String name, UnaryOperator<String> function) {
        functions.put(name, function);
    }

    /**
     * Hands calls on to where this says, by the access key that they are signed with and the region that they are
     * meant for.
     */
    public void route(Function<Scope, Optional<URI>> to) {
        route = to;
    }

    /** Whose call it is, and for which region. */
    public record Scope(String key, String region) {}

    /** {@code Credential=KEY/20261129/eu-west-1/ssm/aws4_request}. */
    private static Scope scope(Headers headers) {
        String authorization = headers.getFirst("Authorization");
        int begin = authorization == null ? -1 : authorization.indexOf(CREDENTIAL);
        String[] parts = authorization == null || begin < 0
                ? new String[0]
                : authorization.substring(begin + CREDENTIAL.length()).split("/", 4);
        return parts.length < 4 ? new Scope("", "") : new Scope(parts[0], parts[2]);
    }

    private void invoke(HttpExchange exchange, String name, byte[] body) throws IOException {
        Call call = log.add("lambda", "Invoke", Json.object("FunctionName", name));
        UnaryOperator<String> function = functions.get(name);
        if (faults.of(call) instanceof Effect.Fail fail) {
            send(
                    exchange,
                    Answer.json("application/json", new AwsError(fail.status(), fail.code(), fail.message()), ""));
        } else if (function == null) {
            String message = "Function not found: " + name;
            send(
                    exchange,
                    Answer.json("application/json", new AwsError(404, "ResourceNotFoundException", message), ""));
        } else {
            Map<String, String> headers = new TreeMap<>(Map.of("X-Amz-Executed-Version", "$LATEST"));
            String text;
            try {
                text = function.apply(new String(body, UTF_8));
            } catch (RuntimeException failure) {
                headers.put("X-Amz-Function-Error", "Unhandled");
                text = Json.object("errorMessage", String.valueOf(failure.getMessage()))
                        .toString();
            }
            send(exchange, new Answer(200, headers, text.getBytes(UTF_8)));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (visit(exchange.getRequestHeaders(), body)) {
                visits.incrementAndGet();
                send(exchange, new Answer(404, Map.of(), "{}".getBytes(UTF_8)));
                return;
            }
            Optional<URI> elsewhere = route.apply(scope(exchange.getRequestHeaders()));
            if (elsewhere.isPresent()) {
                Forwarding.to(elsewhere.get(), exchange, body);
                return;
            }
            Matcher invoked = INVOKE.matcher(exchange.getRequestURI().getPath());
            if (invoked.matches()) {
                invoke(exchange, invoked.group(1), body);
                return;
            }
            Optional<Request> request = Request.read(models.values(), exchange.getRequestHeaders(), body);
            if (request.isEmpty()) {
                String what = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("X-Amz-Target");
                log.addUnknown(what);
                send(exchange, unknown(what));
            } else {
                String key = scope(exchange.getRequestHeaders()).key();
                boolean ofFunction = key.startsWith(OF_FUNCTION);
                String caller = ofFunction ? key.substring(OF_FUNCTION.length()) : key;
                Instant asked = log.now();
                gate.enter(caller);
                CALLER.set(ofFunction ? invocation(caller) : null);
                // Workers of one invocation make their calls at the same time; others take turns on the one clock.
                answer(exchange, request.get(), caller.equals(invocation(caller)) ? log.now() : asked);
            }
        }
    }

    /** Whether the request only opens a connection: unsigned, without an operation. */
    private static boolean visit(Headers headers, byte[] body) {
        return headers.getFirst("Authorization") == null
                && headers.getFirst("X-Amz-Target") == null
                && new String(body, UTF_8).equals("{}");
    }

    private void answer(HttpExchange exchange, Request request, Instant since) throws IOException {
        String caller = caller();
        if (caller != null && checks.over(caller)) {
            exchange.close();
            return;
        }
        Call call = log.add(request.service(), request.operation(), request.input());
        Effect effect = faults.of(call);
        if (caller != null) {
            checks.passes(caller, call, since, effect instanceof Effect.Slow slow ? slow.time() : Duration.ZERO);
            if (checks.over(caller)) {
                exchange.close();
                return;
            }
            Optional<AwsError> denial = checks.denial(call);
            if (denial.isPresent() && effect instanceof Effect.None) {
                send(exchange, error(request, denial.get()));
                return;
            }
        }
        switch (effect) {
            case Effect.None none -> send(exchange, carryOut(request, call));
            case Effect.Throttle throttle -> send(exchange, error(request, Throttling.of(request.service())));
            case Effect.Fail fail ->
                send(exchange, error(request, new AwsError(fail.status(), fail.code(), fail.message())));
            case Effect.Conflict conflict ->
                send(
                        exchange,
                        Conflicts.refused(call, conflict.item())
                                .map(refusal -> error(request, refusal))
                                .orElseGet(() -> carryOut(request, call)));
            case Effect.LoseAnswer lost -> carryOut(request, call);
            case Effect.DieAfter death -> carryOut(request, call);
            case Effect.DieBefore death -> exchange.close();
            case Effect.Slow slow -> exchange.close();
            case Effect.Silence silence -> waitForTheEnd();
        }
    }

    private Answer carryOut(Request request, Call call) {
        Answer answer = carryOut(request);
        String caller = caller();
        if (caller != null && answer.status() < 300) {
            log.happened(new Happening.Done(caller, call));
        }
        return answer;
    }

    private Answer carryOut(Request request) {
        Service service = services.get(request.service());
        UnaryOperator<ObjectNode> operation =
                service == null ? null : service.operations().get(request.operation());
        if (operation == null || !known(request)) {
            log.addUnknown(request.service() + ":" + request.operation());
            return error(request, new AwsError("UnknownOperationException", "no operation " + request.operation()));
        }
        try {
            return request.service().equals(Request.DYNAMODB)
                    ? Answer.dynamo(operation.apply(request.input()), requestId())
                    : modelled(request, operation);
        } catch (AwsError e) {
            return error(request, e);
        } catch (RuntimeException e) {
            log.addUnknown(request.operation() + " broke the sandbox itself: " + e);
            return error(request, new AwsError(500, "InternalServerError", String.valueOf(e)));
        }
    }

    private static boolean known(Request request) {
        return request.service().equals(Request.DYNAMODB)
                || ServiceModel.of(request.service()).knows(request.operation());
    }

    private static Answer modelled(Request request, UnaryOperator<ObjectNode> operation) {
        ServiceModel model = ServiceModel.of(request.service());
        new Validator(model).check(request.operation(), request.input());
        return Answer.of(model, request.operation(), operation.apply(request.input()), requestId());
    }

    private static Answer error(Request request, AwsError error) {
        return request.service().equals(Request.DYNAMODB)
                ? Answer.json("application/x-amz-json-1.0", error, requestId())
                : Answer.of(ServiceModel.of(request.service()), error, requestId());
    }

    private static Answer unknown(String what) {
        return Answer.json(
                "application/x-amz-json-1.1",
                new AwsError(404, "UnknownOperationException", "the sandbox does not know " + what),
                requestId());
    }

    private static String requestId() {
        return UUID.randomUUID().toString();
    }

    private void waitForTheEnd() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        closing.countDown();
        listener.giveBack();
    }
}
