package launchguard.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.cases.Case;
import launchguard.cases.FailedLaunches;
import launchguard.cases.NotificationCounts;
import launchguard.cases.UnreadableCaseException;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Cases, budgets and notification counts as items of the table. */
final class TableItems {
    static final String OPEN = "open";
    /** In place of {@link #OPEN} in the same index: notification counts whose digest was not sent yet. */
    static final String TALLIED = "tallied";

    static final String GROUP = "group/";
    static final String TALLY = "tally";
    static final String ADDED = "added";
    static final String COUNT = "count/";
    static final String FAILED = "failed";

    private static final Duration KEPT = Duration.ofDays(90);

    private static final Pattern SORT_KEY = Pattern.compile("([0-9]{12})\\.([0-9]{6})");

    private TableItems() {}

    static Map<String, AttributeValue> of(Case current) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("pk", text(current.id().instance().value()));
        item.put("sk", text(sortKey(current.id())));
        item.put("version", number(current.version()));
        item.put("status", text(current.status().name()));
        item.put("group", text(current.group().value()));
        item.put("expires", number(expires(current.openedAt())));
        item.put("document", text(CaseJson.write(current)));
        if (current.overdueFrom() != null) {
            item.put(OPEN, text(OPEN));
            item.put("due", number(current.overdueFrom().getEpochSecond()));
        }
        return item;
    }

    static Map<String, AttributeValue> of(GroupBudget budget) {
        return Map.of(
                "pk", text(GROUP + budget.group()),
                "sk", text("ledger"),
                "version", number(budget.version()),
                "document", text(CaseJson.write(budget)));
    }

    static Map<String, AttributeValue> of(NotificationCounts counts) {
        Map<String, AttributeValue> item = new HashMap<>(Map.of(
                "pk", text(GROUP + counts.group()),
                "sk", text(TALLY),
                "version", number(counts.version()),
                "document", text(CaseJson.write(counts))));
        if (counts.due() != null) {
            item.put(OPEN, text(TALLIED));
            item.put("due", number(counts.due().getEpochSecond()));
        }
        return item;
    }

    /** Not named "document": the list of cases takes any item that has a document and expires. */
    static Map<String, AttributeValue> of(FailedLaunches failed, Instant now) {
        return Map.of(
                "pk",
                text(GROUP + failed.group()),
                "sk",
                text(failedKey(failed.template())),
                "version",
                number(failed.version()),
                FAILED,
                text(CaseJson.write(failed)),
                "expires",
                number(expires(now)));
    }

    static String failedKey(String template) {
        return FAILED + "/" + template;
    }

    /** What was added to a group's counts since their window began, by kind. */
    static Map<String, Integer> added(Map<String, AttributeValue> item) {
        Map<String, Integer> added = new HashMap<>();
        item.forEach((name, value) -> {
            if (name.startsWith(COUNT)) {
                added.put(name.substring(COUNT.length()), Integer.parseInt(value.n()));
            }
        });
        return added;
    }

    /** The marker that a case's notification of a kind was counted. */
    static Map<String, AttributeValue> counted(CaseId sender, GroupName group, String kind, boolean first) {
        return Map.of(
                "pk", text(GROUP + group),
                "sk", text(countedKey(sender, kind)),
                "first", text(String.valueOf(first)),
                "expires", number(expires(sender.launchedAt())));
    }

    static String countedKey(CaseId sender, String kind) {
        return "counted/" + kind + "/" + sender;
    }

    /** When DynamoDB may delete what was opened then. */
    static long expires(Instant opened) {
        return opened.plus(KEPT).getEpochSecond();
    }

    /** Digits padded, so that the newest case is the last in the table's order. */
    static String sortKey(CaseId id) {
        return String.format(Locale.ROOT, "%012d.%06d", id.launchedAt().getEpochSecond(), id.number());
    }

    /** The case of this index entry; empty if the function did not write it. */
    static Optional<CaseId> caseId(Map<String, AttributeValue> item) {
        Matcher key = SORT_KEY.matcher(member(item, "sk"));
        try {
            return key.matches()
                    ? Optional.of(new CaseId(
                            new InstanceId(member(item, "pk")),
                            Instant.ofEpochSecond(Long.parseLong(key.group(1))),
                            Integer.parseInt(key.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    /** A text that every item of the table has. */
    static String member(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null || value.s() == null) {
            throw new UnreadableCaseException("an item of the table has no text " + name + ": " + item.keySet());
        }
        return value.s();
    }
}
