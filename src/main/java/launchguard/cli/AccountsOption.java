package launchguard.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.aws.Accounts;
import launchguard.aws.Accounts.Account;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Session;
import launchguard.model.AccountId;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options for accounts other than the caller's own, and for the role to assume there. */
final class AccountsOption {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Which which;

    @Option(
            names = "--role",
            paramLabel = "NAME",
            required = true,
            description = "The role to assume in each account; packaging/exposure.yaml makes LaunchGuardExposure.")
    @SuppressWarnings("NullAway.Init")
    private String role;

    @Option(
            names = "--regions",
            paramLabel = "NAME",
            split = ",",
            description = "The regions to check in each account, with commas; default: that of --region.")
    private List<String> regions = new ArrayList<>();

    /** Either {@code --organization} or {@code --accounts}. */
    static final class Which {
        @Option(
                names = "--accounts",
                paramLabel = "FILE",
                required = true,
                description = "A file with an account id on each line, optionally followed by its name; # begins a"
                        + " remark.")
        private @Nullable Path file;

        @Option(
                names = "--organization",
                required = true,
                description = "All active accounts of the organization; needs its management account or a"
                        + " delegated administrator.")
        private boolean organization;
    }

    /** What is wrong with these options; empty where nothing is. */
    Optional<String> fault() {
        if (!role.matches("[A-Za-z0-9_+=,.@/-]{1,64}")) {
            return Optional.of("--role takes a role's name, without its ARN, not '" + role + "'");
        }
        Optional<String> region = regions.stream()
                .filter(name -> !name.matches("[a-z0-9-]{1,63}"))
                .findFirst();
        if (region.isPresent()) {
            return Optional.of(
                    "--regions takes names with commas, as in eu-west-1,us-east-1, not '" + region.get() + "'");
        }
        try {
            if (which.file != null && listed(which.file).isEmpty()) {
                return Optional.of("--accounts: " + which.file + " names no account");
            }
            return Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of(
                    "--accounts takes a file with an account id on each line; " + which.file + " can't be read");
        } catch (IllegalArgumentException notOne) {
            return Optional.of("--accounts " + which.file + ": " + notOne.getMessage());
        }
    }

    String role() {
        return role;
    }

    List<String> regions(Session session) {
        return regions.isEmpty()
                ? List.of(session.region())
                : regions.stream().distinct().toList();
    }

    /** The accounts, each once. */
    List<Account> accounts(Session session) throws IOException {
        Path file = which.file;
        if (file != null && !which.organization) {
            return listed(file);
        }
        try {
            return new Accounts(session.clients()).active();
        } catch (AwsFailureException no) {
            throw new IllegalStateException(
                    no.getMessage() + ". Next: sign in to the organization's management account or to a delegated"
                            + " administrator, or give --accounts FILE",
                    no);
        }
    }

    private static List<Account> listed(Path file) throws IOException {
        Map<AccountId, Account> accounts = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.replaceAll("#.*", "").strip().split("[\\s,;]+", 2);
            if (!words[0].isEmpty()) {
                AccountId id = new AccountId(words[0]);
                accounts.putIfAbsent(id, new Account(id, words.length < 2 ? "" : PlainText.text(words[1])));
            }
        }
        return List.copyOf(accounts.values());
    }
}
