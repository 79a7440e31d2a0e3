package launchguard.sandbox;

import java.util.Map;

/** Gives the files of a recorded instance other ids and other times; lengths stay, so tables stay tables. */
final class Rewriting {
    private final Map<String, String> ids;
    private final TimeShift times;

    Rewriting(Map<String, String> ids, TimeShift times) {
        this.ids = ids;
        this.times = times;
    }

    /** A path, or the text of a link. */
    String name(String name) {
        String changed = name;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            changed = changed.replace(id.getKey(), id.getValue());
        }
        return changed;
    }

    /** The content of a file. */
    String text(String text) {
        return times.text(name(text));
    }
}
