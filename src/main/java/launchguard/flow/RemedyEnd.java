package launchguard.flow;

import java.util.Locale;
import launchguard.aws.CommandAnswer;
import launchguard.guard.Attempt.End;
import launchguard.guard.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a remedy's document means, by the exit codes of its contract.
 *
 * @param refusal what it is called when it was held back on the instance; null otherwise
 */
record RemedyEnd(End end, String words, Refusal.@Nullable Name refusal) {

    static RemedyEnd of(CommandAnswer.Ended answer) {
        String status = answer.status().replace(" ", "");
        if (!answer.started() || status.equals("Undeliverable") || status.startsWith("DeliveryTimedOut")) {
            return new RemedyEnd(End.BUSY, "SSM did not deliver it: " + answer.status(), null);
        }
        if (status.equals("Success")) {
            return new RemedyEnd(End.PROVED, "proved on the instance", null);
        }
        if (!status.equals("Failed")) {
            return broke("broken off (" + answer.status().toLowerCase(Locale.ROOT) + ")");
        }
        return switch (answer.exitCode()) {
            case 10 -> notPossible("a precondition is missing on the instance", 10);
            case 11 -> new RemedyEnd(End.BUSY, "cloud-init or a package manager is busy (exit 11)", null);
            case 12 -> new RemedyEnd(End.BUSY, "a deployment is on its way (exit 12)", Refusal.Name.DEPLOYMENT_RUNNING);
            case 13 -> notPossible("not the revision or process that was diagnosed, or its archive is incomplete", 13);
            case 14 -> notPossible("the JVM is not in a service of its own", 14);
            case 15 -> notPossible("the unit's java is gone", 15);
            case 20 -> broke("failed, the application may be down (exit 20)");
            case 21 -> broke("done, but the JVM is stale or missing (exit 21)");
            case 75 -> new RemedyEnd(End.BUSY, "another repair runs (exit 75)", Refusal.Name.REPAIR_RUNNING);
            default -> broke("ended with exit " + answer.exitCode());
        };
    }

    private static RemedyEnd notPossible(String words, int exit) {
        return new RemedyEnd(End.NOT_POSSIBLE, words + " (exit " + exit + ")", null);
    }

    private static RemedyEnd broke(String words) {
        return new RemedyEnd(End.BROKE, words, null);
    }
}
