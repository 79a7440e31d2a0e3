package launchguard.guard;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What holds back a replacement; final refusals come before temporary ones. */
record ReplacementChecks(SafetyChecks checks) {
    /** A replacement whose replacement raced again shows that the template itself races. */
    private static final int LAST_GENERATION = 2;

    Stream<@Nullable Refusal> all() {
        return Stream.of(refreshing(), suspended(), single(), recurring(), checks.budgetSpent());
    }

    private @Nullable Refusal refreshing() {
        return checks.group().refreshing()
                ? new Refusal(
                        Refusal.Name.INSTANCE_REFRESH_RUNNING,
                        "an instance refresh is replacing instances of the group")
                : null;
    }

    private @Nullable Refusal suspended() {
        return GroupState.REPLACING_PROCESSES.stream()
                .filter(checks.group().suspended()::contains)
                .findFirst()
                .map(process -> new Refusal(Refusal.Name.PROCESS_SUSPENDED, process + " is suspended in the group"))
                .orElse(null);
    }

    private @Nullable Refusal single() {
        return checks.group().size() > 1
                        || others()
                        || checks.situation().limits().replaceSingle()
                ? null
                : new Refusal(
                        Refusal.Name.SINGLE_INSTANCE_GROUP,
                        "it is the group's only instance; LAUNCH_GUARD_REPLACE_SINGLE=true would allow it");
    }

    /** Whether a held instance is not the only one that serves or is about to. */
    private boolean others() {
        return checks.held()
                && checks.group().members().stream()
                        .anyMatch(other -> !other.ending()
                                && !other.warmed()
                                && !other.instance().equals(checks.member().instance()));
    }

    private @Nullable Refusal recurring() {
        String template = checks.member().templateVersion();
        int generation =
                checks.budget().generation(template, checks.situation().caseId().launchedAt());
        return generation <= LAST_GENERATION
                ? null
                : new Refusal(
                        Refusal.Name.RECURRING,
                        "replacements from " + template
                                + " race again: fix the image or the user data, so that the agent starts after"
                                + " cloud-init");
    }
}
