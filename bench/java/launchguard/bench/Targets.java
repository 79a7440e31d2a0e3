package launchguard.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was to be reached, and what was measured. */
final class Targets {
    private final List<String> rows = new ArrayList<>();

    void add(String what, double measured, double most, String unit) {
        String value = String.format(Locale.ROOT, most < 1 ? "%.2f" : "%.1f", measured);
        rows.add("| " + what + " | " + value + unit + " | " + (measured <= most ? "met" : "not met") + " |");
    }

    List<String> rows() {
        return List.copyOf(rows);
    }
}
