package launchguard.steps;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.aws.CommandAnswer;
import launchguard.guard.Attempt.End;
import launchguard.guard.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a remedy's command means, by the exit codes of its document.
 *
 * @param refusal the refusal if the script held itself back on the instance; else null
 * @param byItself whether the script ended by itself; if not, the instance may have rebooted
 */
record RemedyEnd(End end, String words, Refusal.@Nullable Name refusal, boolean byItself) {

    /** The last line of both scripts names their result in a word. */
    private static final Pattern RESULT = Pattern.compile("(?m)^launch-guard: result ([a-z-]{1,40})$");

    static RemedyEnd of(CommandAnswer.Ended answer) {
        String status = answer.status().replace(" ", "");
        if (!answer.started() || status.equals("Undeliverable") || status.startsWith("DeliveryTimedOut")) {
            return touchedNothing(End.BUSY, "SSM did not deliver it: " + answer.status(), null);
        }
        String word = word(answer.output());
        if (status.equals("Success")) {
            return succeeded(answer.exitCode(), word);
        }
        if (!status.equals("Failed")) {
            return broke("broken off (" + answer.status().toLowerCase(Locale.ROOT) + ")", word != null);
        }
        return failed(answer.exitCode(), word);
    }

    /** SSM calls exit 168 a success, too: only 0 proves anything, and the script's last line must not contradict it. */
    private static RemedyEnd succeeded(int exit, @Nullable String word) {
        if (exit != 0) {
            return broke("ended with exit " + exit + ", which SSM calls a success and which proves nothing", true);
        }
        if (word != null && !word.equals("proved") && !word.equals("nothing-to-do")) {
            return broke("ended with exit 0, and its own result is " + word, true);
        }
        return proved("proved on the instance");
    }

    private static RemedyEnd failed(int exit, @Nullable String word) {
        return switch (exit) {
            case 10 -> touchedNothing(End.NOT_POSSIBLE, "a precondition is missing on the instance (exit 10)", null);
            case 11 -> touchedNothing(End.BUSY, "cloud-init or a package manager is busy (exit 11)", null);
            case 12 ->
                touchedNothing(End.BUSY, "a deployment is on its way (exit 12)", Refusal.Name.DEPLOYMENT_RUNNING);
            case 13 ->
                touchedNothing(
                        End.OUTDATED,
                        "too-late".equals(word)
                                ? "it began later than the diagnosis allows (exit 13)"
                                : "not the revision or process that was diagnosed, or its archive is incomplete"
                                        + " (exit 13)",
                        null);
            case 14 -> touchedNothing(End.NOT_POSSIBLE, "the JVM is not in a service of its own (exit 14)", null);
            case 15 -> touchedNothing(End.NOT_POSSIBLE, "the unit's java is gone (exit 15)", null);
            case 16 ->
                new RemedyEnd(End.NOT_STOPPED, "its stop hook failed, and the JVM still runs (exit 16)", null, true);
            case 20 -> broke("failed, the application may be down (exit 20)", true);
            case 21 -> broke("done, but the JVM is stale or missing (exit 21)", true);
            case 75 -> touchedNothing(End.BUSY, "another repair runs (exit 75)", Refusal.Name.REPAIR_RUNNING);
            // SSM's agent reports 1 for a command that a reboot has cut off.
            default -> broke("ended with exit " + exit, exit != 1 || word != null);
        };
    }

    private static @Nullable String word(String output) {
        Matcher result = RESULT.matcher(output);
        String last = null;
        while (result.find()) {
            last = result.group(1);
        }
        return last;
    }

    static RemedyEnd touchedNothing(End end, String words, Refusal.@Nullable Name refusal) {
        return new RemedyEnd(end, words, refusal, true);
    }

    /** A remedy whose end is unknown. */
    static RemedyEnd unknown(String words) {
        return broke(words, false);
    }

    static RemedyEnd proved(String words) {
        return new RemedyEnd(End.PROVED, words, null, true);
    }

    static RemedyEnd broke(String words) {
        return broke(words, true);
    }

    private static RemedyEnd broke(String words, boolean byItself) {
        return new RemedyEnd(End.BROKE, words, null, byItself);
    }
}
