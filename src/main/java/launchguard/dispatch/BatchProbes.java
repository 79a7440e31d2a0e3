package launchguard.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Commands;
import launchguard.aws.Deadline;
import launchguard.cases.Case;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.notify.Notifier;
import launchguard.signal.Signal;
import launchguard.steps.Prober;
import launchguard.steps.ThrottleBackoff;
import launchguard.store.CaseClock;

/** Sends the probes of a batch together, and reads together the results of those that have ended. */
public final class BatchProbes {
    private final CaseClock clock;
    private final Prober prober;
    private final Commands commands;
    private final ThrottleBackoff backoff;
    private final Notifier notifier;

    BatchProbes(CaseClock clock, Prober prober, Commands commands, ThrottleBackoff backoff, Notifier notifier) {
        this.clock = clock;
        this.prober = prober;
        this.commands = commands;
        this.backoff = backoff;
        this.notifier = notifier;
    }

    /** Sends the probes of a whole batch; what fails for one case fails no other. */
    ProbeResults send(List<Case> cases) {
        List<Case> putOff = new ArrayList<>();
        Map<CaseId, RuntimeException> faults = new LinkedHashMap<>();
        List<Case> probed = new ArrayList<>(prober.send(cases, (failed, fault) -> {
            try {
                putOff.add(backoff.afterwards(failed, fault));
            } catch (RuntimeException again) {
                faults.put(failed.id(), again);
            }
        }));
        probed.addAll(putOff);
        return new ProbeResults(probed, faults);
    }

    /** Reads the results of the probes that ended by these signals, by one call for each command. */
    void readResults(List<Signal> signals) {
        Map<CommandId, Integer> ends = new LinkedHashMap<>();
        for (Signal signal : signals) {
            if (signal instanceof Signal.CommandEnded ended && commands.probe(ended.document())) {
                ends.merge(ended.command(), 1, Integer::sum);
            }
        }
        ends.forEach((command, count) -> {
            if (count > 1 && Deadline.allowsMore()) {
                readResults(command);
            }
        });
    }

    private void readResults(CommandId command) {
        try {
            commands.readResults(command);
        } catch (AwsFailureException fault) {
            notifier.fault(clock.now(), "could not read results together; each is read by itself", fault);
        }
    }
}
