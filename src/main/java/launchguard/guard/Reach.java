package launchguard.guard;

import java.util.List;
import launchguard.guard.GroupState.Member;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment to the whole deployment group would reach.
 *
 * @param others instances outside the case's own Auto Scaling group
 * @param refused why such a deployment is refused whatever it would reach; null when it is not
 */
public record Reach(List<Member> others, @Nullable String refused) {
    /** Nothing but the case's own Auto Scaling group. */
    public static final Reach OWN_GROUP = new Reach(List.of(), null);

    /** Copies its list. */
    public Reach {
        others = List.copyOf(others);
    }

    /** A deployment that is refused, with the reason. */
    public static Reach refused(String why) {
        return new Reach(List.of(), why);
    }
}
