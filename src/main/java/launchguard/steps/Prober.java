package launchguard.steps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.InstancesRefusedException;
import launchguard.cases.Case;
import launchguard.model.CommandId;
import launchguard.verdict.Verdict.Unreachable;

/** Sends the probe. It only reads, so sending it twice does no harm. */
public final class Prober {
    /** On the instance the probe waits for cloud-init this long, so that its end comes before the case's timer rings. */
    private static final Duration WAIT = Duration.ofMinutes(14);

    /** A fresh instance registers with SSM within minutes; a command waits for that. */
    private static final int DELIVERY_SECONDS = 600;

    private final Commands commands;
    private final UnansweredProbe unanswered;
    private final ProbedCases probed;

    public Prober(Commands commands, UnansweredProbe unanswered, ProbedCases probed) {
        this.commands = commands;
        this.unanswered = unanswered;
        this.probed = probed;
    }

    /** Probes one case and returns it as it is then. */
    public Case send(Case current) {
        return sendSome(List.of(current), (same, fault) -> {
                    throw fault;
                })
                .getFirst();
    }

    /**
     * Sends one command to all of them, or as few commands as SSM's refusals allow; returns each case as it is then.
     */
    public List<Case> send(List<Case> cases, ProbeFaults faults) {
        List<Case> sent = new ArrayList<>();
        for (int from = 0; from < cases.size(); from += Commands.MOST) {
            sent.addAll(sendSome(cases.subList(from, Math.min(cases.size(), from + Commands.MOST)), faults));
        }
        return sent;
    }

    private List<Case> sendSome(List<Case> cases, ProbeFaults faults) {
        CommandId command;
        try {
            command = commands.send(
                    Document.PROBE,
                    cases.stream().map(current -> current.id().instance()).toList(),
                    Map.of("waitSeconds", String.valueOf(WAIT.toSeconds()), "deploymentId", ""),
                    "launch-guard probe",
                    DELIVERY_SECONDS);
        } catch (InstancesRefusedException refused) {
            if (cases.size() == 1) {
                return probed.each(cases, current -> unanswered.judge(current, new Unreachable(refused.why())), faults);
            }
            // SSM does not say which id it refuses: bisecting finds it without failing the others.
            int half = cases.size() / 2;
            List<Case> sent = new ArrayList<>(sendSome(cases.subList(0, half), faults));
            sent.addAll(sendSome(cases.subList(half, cases.size()), faults));
            return sent;
        } catch (AwsFailureException fault) {
            cases.forEach(current -> faults.add(current, fault));
            return List.of();
        }
        return probed.each(cases, current -> probed.probing(current, command), faults);
    }
}
