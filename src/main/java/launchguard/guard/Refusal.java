package launchguard.guard;

import java.util.Arrays;
import java.util.Optional;

/** An action held back, with its reason in words for people. */
public record Refusal(Name name, String reason) {

    /** The names as printed and stored. */
    public enum Name {
        /** CodeDeploy is deploying to the group. */
        DEPLOYMENT_RUNNING(true),
        /** An instance refresh is replacing the group's instances. */
        INSTANCE_REFRESH_RUNNING(true),
        /** Launch, Terminate or ReplaceUnhealthy is suspended. */
        PROCESS_SUSPENDED(true),
        /** The instance is not InService. */
        NOT_IN_SERVICE(true),
        /** Too much of the group would be unavailable at once. */
        UNAVAILABLE_SHARE(true),
        /** The group's replacements of this window are spent. */
        REPLACEMENT_BUDGET(true),
        /** Another repair runs on the instance. */
        REPAIR_RUNNING(true),
        /** Observe mode changes nothing. */
        OBSERVE_MODE(false),
        /** The opt-in tag is no longer there. */
        OPTED_OUT(false),
        /** The owner wants this only reported. */
        REPORT_ONLY(false),
        /** Replacements from this launch template version race again. */
        RECURRING(false),
        /** The only instance of a group. */
        SINGLE_INSTANCE_GROUP(false),
        /** No rung is left. */
        LADDER_EXHAUSTED(false);

        private final boolean temporary;

        Name(boolean temporary) {
            this.temporary = temporary;
        }

        /** The refusal of that name; empty where only another version knows it. */
        public static Optional<Name> named(String stored) {
            return Arrays.stream(values())
                    .filter(name -> name.name().equals(stored))
                    .findFirst();
        }

        /** Whether it may pass: then the case asks again by timer until its window ends. */
        public boolean temporary() {
            return temporary;
        }

        /** Whether Auto Scaling's answer and the group's budget are enough to see that it still applies. */
        public boolean ofGroup() {
            return this == NOT_IN_SERVICE || this == UNAVAILABLE_SHARE;
        }
    }
}
