package launchguard.aws;

import java.util.List;
import launchguard.model.AccountId;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.organizations.model.AccountStatus;

/** The accounts of an organization; for the command line only, whose library for it the function's package lacks. */
public final class Accounts {
    private final Clients clients;

    /** Uses these clients, which must have credentials of the management account or of a delegated administrator. */
    public Accounts(Clients clients) {
        this.clients = clients;
    }

    /** An account with the name that its organization gave it; empty where it has none. */
    public record Account(AccountId id, String name) {
        @Override
        public String toString() {
            return name.isEmpty() ? id.value() : id + " (" + name + ")";
        }
    }

    /** Every active account: one that is suspended or being closed answers no call. */
    public List<Account> active() {
        return Call.to("list the accounts of the organization", "organizations:ListAccounts", () -> {
            try (OrganizationsClient organizations = clients.make(OrganizationsClient.builder())) {
                return organizations.listAccountsPaginator().stream()
                        .flatMap(page -> page.accounts().stream())
                        .filter(account -> account.status() == AccountStatus.ACTIVE)
                        .map(account ->
                                new Account(new AccountId(account.id()), account.name() == null ? "" : account.name()))
                        .toList();
            }
        });
    }
}
