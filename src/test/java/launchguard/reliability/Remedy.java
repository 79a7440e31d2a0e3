package launchguard.reliability;

import java.time.Instant;
import java.util.Optional;
import launchguard.sandbox.Command;
import launchguard.sandbox.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done to an instance.
 *
 * @param command the command that does it; null for a replacement
 * @param held whether the instance was not in service yet, so that a local remedy takes nothing away
 */
record Remedy(Instant at, Instance instance, @Nullable Command command, boolean held) {
    Remedy(Instant at, Instance instance, @Nullable Command command) {
        this(at, instance, command, instance.lifecycle().startsWith("Pending"));
    }

    boolean replacement() {
        return command == null;
    }

    /** Whether it takes an instance out of service that is in it. */
    boolean takesAway() {
        return underWay() && !held;
    }

    /** Under repair until its command has ended; given up until it is gone. */
    boolean underWay() {
        return command == null ? !instance.state().equals("terminated") : !command.endedOn(instance.id());
    }

    /** When it ended well, if it did. */
    Optional<Instant> provedAt() {
        return command == null
                ? Optional.empty()
                : command.printedOn(instance.id()).flatMap(text -> command.endOn(instance.id()));
    }

    String what() {
        return (command == null ? "replacement" : command.documentName() + " (" + command.comment() + ")") + " of "
                + instance.id() + " at " + at;
    }
}
