package launchguard.guard;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a case does next. */
public sealed interface Decision {

    /** The case ends well; {@code repaired} when a remedy made it so. */
    record Close(boolean repaired) implements Decision {}

    /** The instance is leaving its group, or has left it: nothing is left to repair. */
    record Gone() implements Decision {}

    /** Nothing can be decided yet: ask the instance again. */
    record AskAgain(Duration after) implements Decision {}

    /** As {@link AskAgain}, and it is announced, once. */
    record AnnounceAndAskAgain(Duration after) implements Decision {}

    /** The case's window has ended without a verdict that decides. */
    record GiveUp() implements Decision {}

    /** It is announced to people; nothing is done. */
    record Report(String reason) implements Decision {}

    /** A limit or a wish of the owner holds the action back for now; tried again after that time. */
    record RefuseForNow(Refusal refusal, Duration after) implements Decision {}

    /**
     * It is held back for good.
     *
     * @param would what would be done where observing changes nothing: a rung, or the refusal that would hold it back;
     *     null where it is held back for another reason
     */
    record Refuse(Refusal refusal, @Nullable String would) implements Decision {
        /** Held back for a reason other than observing. */
        public Refuse(Refusal refusal) {
            this(refusal, null);
        }
    }

    /** Nothing more can be done by itself: people are needed. */
    record Escalate(Refusal refusal) implements Decision {}

    /**
     * Do this; the budgets must be stored together with the intent.
     *
     * @param shared the deployment group's budget; null where the action does not deploy to all of it
     */
    record Act(Action action, GroupBudget budget, @Nullable GroupBudget shared) implements Decision {}

    /**
     * The launch gate lets the instance go on; then the decision for an instance in service follows.
     *
     * @param proved whether its launch is proved
     */
    record Release(boolean proved, String why, Decision then) implements Decision {}

    /** Wait for the deployment of the whole group that another case began. */
    record Join(Action action, GroupDeployment deployment) implements Decision {}
}
