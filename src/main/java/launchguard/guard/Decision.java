package launchguard.guard;

import java.time.Duration;

/** What a case does next. */
public sealed interface Decision {

    /** The case ends well; {@code repaired} when a remedy made it so. */
    record Close(boolean repaired) implements Decision {}

    /** The instance is leaving its group, or has left it: nothing is left to repair. */
    record Gone() implements Decision {}

    /** Nothing can be decided yet: ask the instance again. */
    record AskAgain(Duration after) implements Decision {}

    /** As {@link AskAgain}, and people are told, once. */
    record TellAndAskAgain(Duration after) implements Decision {}

    /** The case's window has ended without a verdict that decides. */
    record GiveUp() implements Decision {}

    /** People are told; nothing is done. */
    record Report(String reason) implements Decision {}

    /** A limit or a wish of the owner holds the action back for now; tried again after that time. */
    record RefuseForNow(Refusal refusal, Duration after) implements Decision {}

    /** It is held back for good. */
    record Refuse(Refusal refusal) implements Decision {}

    /** Nothing more can be done by itself: people are needed. */
    record Escalate(Refusal refusal) implements Decision {}

    /** Do this, with the ledger as it must be stored together with the intent. */
    record Act(Action action, Ledger ledger) implements Decision {}

    /** Wait for the deployment of the whole group that another case began. */
    record Join(Action action, GroupDeployment deployment) implements Decision {}
}
