package launchguard.cases;

import org.jspecify.annotations.Nullable;

/**
 * The latest result of a case, for people and for answers.
 *
 * @param verdict name of the last verdict; null before the first
 * @param marginSeconds deployment start minus cloud-init finish; null when unknown
 * @param reason in words
 * @param action what was done last; null when nothing was
 * @param refusal name of what holds an action back; null when nothing does
 * @param would the rung that would be taken, or the refusal that would hold it back, where observing changes nothing; else
 *     null
 */
public record Finding(
        @Nullable String verdict,
        @Nullable Double marginSeconds,
        boolean marginUncertain,
        @Nullable String reason,
        @Nullable String action,
        @Nullable String refusal,
        @Nullable String would) {
    /** Nothing is known yet. */
    public static final Finding NONE = new Finding(null, null, false, null, null, null);

    /** A finding without {@code would}. */
    public Finding(
            @Nullable String verdict,
            @Nullable Double marginSeconds,
            boolean marginUncertain,
            @Nullable String reason,
            @Nullable String action,
            @Nullable String refusal) {
        this(verdict, marginSeconds, marginUncertain, reason, action, refusal, null);
    }

    /** The same with what would be done. */
    public Finding would(@Nullable String remedy) {
        return new Finding(verdict, marginSeconds, marginUncertain, reason, action, refusal, remedy);
    }

    /** The same with another reason. */
    public Finding because(String newReason) {
        return new Finding(verdict, marginSeconds, marginUncertain, newReason, action, refusal, would);
    }

    /** The same with an action, which lifts any refusal. */
    public Finding acting(String newAction) {
        return new Finding(verdict, marginSeconds, marginUncertain, reason, newAction, null);
    }

    /** The same with a refusal and its reason. */
    public Finding refused(String newRefusal, String newReason) {
        return new Finding(verdict, marginSeconds, marginUncertain, newReason, action, newRefusal, would);
    }
}
