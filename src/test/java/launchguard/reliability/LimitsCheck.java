package launchguard.reliability;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;

/** Checks promises 3 and 8: budgets, shares, and conflicts. */
final class LimitsCheck {
    private final Sandbox aws;
    private final ScalingGroup group;
    private final Rules rules;
    private final StateSince since;

    LimitsCheck(Sandbox aws, ScalingGroup group, Rules rules, StateSince since) {
        this.aws = aws;
        this.group = group;
        this.rules = rules;
        this.since = since;
    }

    List<String> before(Remedy remedy, List<Remedy> earlier) {
        List<String> faults = new ArrayList<>();
        if (!remedy.held()
                && since.longBefore("deploying", remedy.at(), rules.lag().plus(rules.listLag()))) {
            faults.add("8: CodeDeploy is deploying at the " + remedy.what());
        }
        if (!remedy.held() && since.longBefore("out " + remedy.instance().id(), remedy.at(), rules.lag())) {
            faults.add("8: not in service at the " + remedy.what());
        }
        if (remedy.replacement()) {
            if (since.longBefore("refresh", remedy.at(), rules.lag())) {
                faults.add("8: an instance refresh runs at the " + remedy.what());
            }
            if (since.longBefore("suspended", remedy.at(), rules.lag())) {
                faults.add("8: a process is suspended at the " + remedy.what());
            }
            Instant from = remedy.at().minus(rules.window());
            long spent = 1
                    + earlier.stream()
                            .filter(Remedy::replacement)
                            .filter(other -> other.at().isAfter(from))
                            .count();
            if (spent > rules.budget()) {
                faults.add("3: " + spent + " replacements within " + rules.window() + " of " + rules.budget());
            }
        }
        return faults;
    }

    /** Ours that are under repair, and others that have been out for longer than any decision is old. */
    List<String> unavailable(List<Remedy> remedies) {
        Set<String> ours = new HashSet<>();
        remedies.stream()
                .filter(Remedy::takesAway)
                .forEach(remedy -> ours.add(remedy.instance().id()));
        Set<String> out = new HashSet<>(ours);
        for (Instance instance : group.instances()) {
            if (!ours.isEmpty()
                    && since.longBefore("unavailable " + instance.id(), began(remedies, ours), rules.lag())) {
                out.add(instance.id());
            }
        }
        int allowed = rules.unavailable(group.desired());
        return ours.isEmpty() || out.size() <= allowed
                ? List.of()
                : List.of("3: " + out.size() + " unavailable at once of " + group.desired() + ", " + allowed
                        + " may be: " + out + " at " + aws.clock().instant());
    }

    private Instant began(List<Remedy> remedies, Set<String> ours) {
        return remedies.stream()
                .filter(Remedy::takesAway)
                .filter(remedy -> ours.contains(remedy.instance().id()))
                .map(Remedy::at)
                .min(Instant::compareTo)
                .orElse(aws.clock().instant());
    }
}
