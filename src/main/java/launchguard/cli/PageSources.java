package launchguard.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import launchguard.aws.AwsFailureException;
import launchguard.aws.DynamoCaseStore;
import launchguard.aws.Groups;
import launchguard.aws.LifecycleEvents;
import launchguard.aws.Session;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.guard.GroupState.Member;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.pages.Launch;
import launchguard.pages.Run;
import launchguard.pages.Runs;
import launchguard.store.StoredEvidence;

/** Reads from AWS what a page shows besides the table; what can't be read is reported on stderr. */
record PageSources(Session session, PrintWriter err) {

    /** What ran: deployments by CodeDeploy's record, probes and remedies by the case's own story. */
    List<Run> runs(Case current) {
        List<Run> runs = new ArrayList<>();
        if (current.deployment() != null && !current.deployment().local()) {
            try {
                List<LifecycleEvents.Event> events = new LifecycleEvents(session.clients())
                        .of(current.deployment(), current.id().instance());
                for (LifecycleEvents.Event event : events) {
                    boolean last = event.equals(events.getLast());
                    runs.add(new Run(
                            Run.Kind.DEPLOYMENT,
                            event.start(),
                            event.end(),
                            last ? current.deployment() + ", " + events.size() + " lifecycle events" : "",
                            current.deployment() + " " + event.name() + (event.well() ? "" : ", failed"),
                            event.well()));
                }
            } catch (AwsFailureException fault) {
                lacking(fault, "lifecycle events");
            }
        }
        runs.addAll(Runs.of(current, current.step() instanceof CaseStep.Ended ended ? ended.at() : Instant.now()));
        return runs;
    }

    /**
     * The cases with the template that they were launched from: from Auto Scaling if the instance is still there, else
     * from the budget.
     */
    List<Launch> launches(List<Case> cases, DynamoCaseStore store) {
        Map<InstanceId, String> templates = new HashMap<>();
        List<GroupName> names = cases.stream().map(Case::group).distinct().toList();
        for (GroupName name : names) {
            store.budget(name).replacements().forEach(done -> {
                if (done.templateVersion() != null) {
                    templates.put(done.caseId().instance(), done.templateVersion());
                }
            });
        }
        try {
            new Groups(session.clients())
                    .describe(names)
                    .values()
                    .forEach(group -> group.members().forEach(member -> keep(templates, member)));
        } catch (AwsFailureException fault) {
            lacking(fault, "launch templates");
        }
        return cases.stream()
                .map(stored -> new Launch(
                        stored,
                        StoredEvidence.first(stored),
                        templates.get(stored.id().instance())))
                .toList();
    }

    private static void keep(Map<InstanceId, String> templates, Member member) {
        if (member.templateVersion() != null) {
            templates.put(member.instance(), member.templateVersion());
        }
    }

    private void lacking(AwsFailureException fault, String what) {
        err.println("launch-guard: the page lacks " + what + ": " + fault.getMessage());
        err.flush();
    }
}
