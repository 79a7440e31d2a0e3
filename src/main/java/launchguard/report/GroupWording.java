package launchguard.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import launchguard.cases.FailedLaunches;
import launchguard.guard.Refusal;

/** Chooses the words about what happened in a whole group. */
public final class GroupWording {
    private static final List<String> ORDER = List.of("summary.action", "summary.refusal", "summary.status");

    private GroupWording() {}

    /** How many cases had each action, refusal and status: one sentence for each, in that order. */
    public static String summary(Map<String, Integer> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .sorted(Comparator.comparingInt(count -> ORDER.indexOf(sentence(count.getKey()))))
                        .map(count -> Sentences.say(
                                sentence(count.getKey()),
                                Map.of("count", String.valueOf(count.getValue()), "kind", count.getKey())))
                        .collect(Collectors.joining(" "));
    }

    /**
     * That launches of one version failed, in which lifecycle events, and what is known of the reason.
     *
     * @param replaced in how many of them a JDK was replaced while they were deployed
     * @param missing of how many others the deployment's log says that java was not there
     * @param unknown how many were gone before they could be asked
     */
    public static String launchesFailed(
            FailedLaunches failed, List<String> events, int replaced, int missing, int unknown) {
        int count = failed.launches().size();
        StringBuilder words = new StringBuilder(Sentences.say(
                count < FailedLaunches.MOST ? "failing" : "failing.most",
                Map.of(
                        "count",
                        String.valueOf(count),
                        "template",
                        failed.template(),
                        "events",
                        events.isEmpty() ? Sentences.say("failing.event") : String.join(", ", events),
                        "replaced",
                        String.valueOf(replaced))));
        if (missing > 0) {
            words.append(Sentences.say("failing.missing", Map.of("count", String.valueOf(missing))));
        }
        if (unknown > 0) {
            words.append(Sentences.say("failing.unknown", Map.of("count", String.valueOf(unknown))));
        }
        return words.append(Sentences.say("failing.cure")).toString();
    }

    /**
     * What the reader should do about a remedy that would have been taken, or the refusal that would have held it back.
     */
    public static String request(String would) {
        return CaseWording.remedy(would)
                ? Sentences.say("request.remedy")
                : Refusal.Name.named(would)
                        .map(refusal -> Sentences.say("request." + refusal))
                        .orElseGet(() -> Sentences.say("request.unknown"));
    }

    private static String sentence(String kind) {
        if (CaseWording.remedy(kind)) {
            return ORDER.get(0);
        }
        return Refusal.Name.named(kind).isPresent() ? ORDER.get(1) : ORDER.get(2);
    }
}
