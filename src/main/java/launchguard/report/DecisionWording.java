package launchguard.report;

import java.util.Locale;
import java.util.Map;
import launchguard.guard.Decision;
import launchguard.guard.Refusal;
import launchguard.guard.Rung;
import org.jspecify.annotations.Nullable;

/**
 * A decision in words.
 *
 * @param action name of the rung, when one is taken
 * @param refusal name of what holds it back
 * @param words the sentence
 */
public record DecisionWording(
        @Nullable String action, @Nullable String refusal, String words) {

    /** The words for a decision. */
    public static DecisionWording of(Decision decision) {
        return switch (decision) {
            case Decision.Close close -> plain(close.repaired() ? "decided.repaired" : "decided.close");
            case Decision.Gone ignored -> plain("decided.gone");
            case Decision.AskAgain again ->
                plain("decided.ask", Map.of("after", after(again.after().toSeconds())));
            case Decision.AnnounceAndAskAgain again ->
                plain("decided.announce", Map.of("after", after(again.after().toSeconds())));
            case Decision.GiveUp ignored -> plain("decided.give-up");
            case Decision.Report report -> plain("decided.report", Map.of("because", report.reason()));
            case Decision.RefuseForNow refused -> refused("decided.refuse-for-now", refused.refusal());
            case Decision.Refuse refused -> refused("decided.refuse", refused.refusal());
            case Decision.Escalate escalated -> refused("decided.escalate", escalated.refusal());
            case Decision.Act act -> acting(act.action().rung());
            case Decision.Join join -> acting(join.action().rung());
            // A replay is about an instance in service; what follows there is what is decided.
            case Decision.Release release -> of(release.then());
        };
    }

    private static String after(long seconds) {
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    private static DecisionWording plain(String key) {
        return plain(key, Map.of());
    }

    private static DecisionWording plain(String key, Map<String, String> names) {
        return new DecisionWording(null, null, PlainText.text(Sentences.say(key, names)));
    }

    private static DecisionWording refused(String key, Refusal refusal) {
        String name = refusal.name().name();
        return new DecisionWording(
                null, name, PlainText.text(Sentences.say(key, Map.of("refusal", name, "because", refusal.reason()))));
    }

    private static DecisionWording acting(Rung rung) {
        return new DecisionWording(
                rung.name().toLowerCase(Locale.ROOT),
                null,
                Sentences.say("decided.act", Map.of("rung", Sentences.say("rung." + rung))));
    }
}
