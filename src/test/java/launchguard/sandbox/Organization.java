package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.CallLog;
import launchguard.sandbox.wire.Endpoint;
import launchguard.sandbox.wire.Faults;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;

/**
 * Several accounts behind one endpoint: STS and Organizations answer here, and a call with the credentials of an
 * assumed role reaches that account's sandbox in the region that the call is signed for.
 */
public final class Organization implements AutoCloseable {
    private static final Pattern ROLE = Pattern.compile("arn:aws:iam::([0-9]{12}):role/(.+)");
    private static final String KEY = "ASIA";
    private static final int PAGE = 2;

    private final SteppedClock clock = new SteppedClock(Sandbox.START);
    private final CallLog calls = new CallLog(clock);
    private final Faults faults = new Faults();
    private final Endpoint endpoint = new Endpoint(calls, faults);
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Sandbox nowhere = Sandbox.start();
    private final CentralLog log = new CentralLog();

    private Organization() {
        // AWS's answer for an account in which the region is not enabled.
        nowhere.faults()
                .on("*", "*")
                .always()
                .fail("UnrecognizedClientException", "The security token included in the request is invalid.");
        endpoint.add(List.of(new Sts(), new Organizations(), log));
        endpoint.route(this::sandbox);
    }

    /** An organization without accounts. */
    public static Organization start() {
        return new Organization();
    }

    /** One of its accounts. */
    public final class Account {
        private final String id;
        private final String name;
        private final Map<String, Sandbox> regions = new TreeMap<>();
        private final Set<String> roles = new LinkedHashSet<>();
        private String status = "ACTIVE";

        private Account(String id, String name) {
            this.id = id;
            this.name = name;
        }

        /** Lets the organization's own people assume the role of this name. */
        public Account role(String role) {
            roles.add(role);
            return this;
        }

        /** Enables a region; the sandbox is what is there, and is closed with the organization. */
        public Account region(String region, Sandbox there) {
            regions.put(region, there);
            there.events().forwardTo(log::receive);
            return this;
        }

        /** From now on ACTIVE, SUSPENDED or PENDING_CLOSURE. */
        public Account status(String now) {
            status = now;
            return this;
        }
    }

    /** A new account, without a role to assume. */
    public Account account(String id, String name) {
        Account account = new Account(id, name);
        accounts.put(id, account);
        return account;
    }

    /** The environment of a shell that is signed in to the management account. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL",
                endpoint.uri().toString(),
                "AWS_REGION",
                Names.REGION,
                "AWS_ACCESS_KEY_ID",
                "management",
                "AWS_SECRET_ACCESS_KEY",
                "test");
    }

    /** What STS and Organizations were asked. */
    public List<Call> calls() {
        return calls.all();
    }

    /** What the central account keeps. */
    public CentralLog log() {
        return log;
    }

    /** What goes wrong with calls of STS and Organizations. */
    public Faults faults() {
        return faults;
    }

    private Optional<URI> sandbox(Endpoint.Scope scope) {
        if (!scope.key().startsWith(KEY)) {
            return Optional.empty();
        }
        Account account = accounts.get(scope.key().substring(KEY.length()));
        Sandbox there = account == null ? nowhere : account.regions.getOrDefault(scope.region(), nowhere);
        return Optional.of(URI.create(there.environment().getOrDefault("AWS_ENDPOINT_URL", "")));
    }

    private final class Sts implements Service {
        @Override
        public String name() {
            return "sts";
        }

        @Override
        public Map<String, UnaryOperator<ObjectNode>> operations() {
            return Map.of("AssumeRole", this::assume);
        }

        private ObjectNode assume(ObjectNode input) {
            String arn = input.path("RoleArn").asText();
            Matcher role = ROLE.matcher(arn);
            Account account = role.matches() ? accounts.get(role.group(1)) : null;
            if (account == null || !account.status.equals("ACTIVE") || !account.roles.contains(role.group(2))) {
                throw new AwsError(
                        403,
                        "AccessDenied",
                        "User: arn:aws:iam::" + Names.ACCOUNT + ":user/platform is not authorized to perform:"
                                + " sts:AssumeRole on resource: " + arn);
            }
            String session = input.path("RoleSessionName").asText();
            return Json.object(
                    "Credentials",
                    Json.object(
                            "AccessKeyId",
                            KEY + account.id,
                            "SecretAccessKey",
                            "test",
                            "SessionToken",
                            "token-of-" + account.id,
                            "Expiration",
                            clock.instant().plus(Duration.ofHours(1)).getEpochSecond()),
                    "AssumedRoleUser",
                    Json.object(
                            "AssumedRoleId",
                            "AROA4EXAMPLE000000000:" + session,
                            "Arn",
                            "arn:aws:sts::" + account.id + ":assumed-role/" + role.group(2) + "/" + session));
        }
    }

    private final class Organizations implements Service {
        @Override
        public String name() {
            return "organizations";
        }

        @Override
        public Map<String, UnaryOperator<ObjectNode>> operations() {
            return Map.of("ListAccounts", this::list);
        }

        /** A few at a time, as AWS may do whatever was asked for. */
        private ObjectNode list(ObjectNode input) {
            List<Account> all = List.copyOf(accounts.values());
            int from = input.path("NextToken").asInt(0);
            int to = Math.min(all.size(), from + PAGE);
            List<ObjectNode> page = new ArrayList<>();
            for (Account account : all.subList(from, to)) {
                page.add(Json.object(
                        "Id", account.id,
                        "Arn", "arn:aws:organizations::" + Names.ACCOUNT + ":account/o-exampleorg1/" + account.id,
                        "Name", account.name,
                        "Status", account.status));
            }
            ObjectNode answer = Json.object("Accounts", page);
            if (to < all.size()) {
                answer.put("NextToken", String.valueOf(to));
            }
            return answer;
        }
    }

    @Override
    public void close() {
        endpoint.close();
        nowhere.close();
        accounts.values().forEach(account -> account.regions.values().forEach(Sandbox::close));
        if (!calls.unknown().isEmpty()) {
            throw new AssertionError("the sandbox does not know " + calls.unknown());
        }
    }
}
