package launchguard.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import launchguard.guard.Refusal;
import launchguard.guard.Rung;

/** Chooses the words about what happened in a whole group. */
public final class GroupWording {
    private static final List<String> ORDER = List.of("summary.action", "summary.refusal", "summary.status");

    private GroupWording() {}

    /** How many cases did what, were held back by what, and ended how: one sentence of each, in that order. */
    public static String summary(Map<String, Integer> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .sorted(Comparator.comparingInt(one -> ORDER.indexOf(sentence(one.getKey()))))
                        .map(one -> Words.say(
                                sentence(one.getKey()),
                                Map.of("count", String.valueOf(one.getValue()), "kind", one.getKey())))
                        .collect(Collectors.joining(" "));
    }

    /** What a remedy that would have been taken asks of the reader, or the refusal that would have held it back. */
    public static String request(String would) {
        return Words.say(CaseWording.remedy(would) ? "request.remedy" : "request." + would);
    }

    private static String sentence(String kind) {
        if (Arrays.stream(Rung.values()).anyMatch(rung -> rung.name().equalsIgnoreCase(kind))) {
            return ORDER.get(0);
        }
        boolean refusal = Arrays.stream(Refusal.Name.values())
                .anyMatch(name -> name.name().equals(kind));
        return refusal ? ORDER.get(1) : ORDER.get(2);
    }
}
