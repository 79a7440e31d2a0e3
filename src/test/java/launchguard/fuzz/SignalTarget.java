package launchguard.fuzz;

import static launchguard.fuzz.Promises.printable;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import launchguard.model.CaseId;
import launchguard.signal.Delivery;
import launchguard.signal.Signal;
import launchguard.signal.SignalReader;
import launchguard.signal.UnreadableSignalException;

/** Whatever comes in: a signal, or an error whose words may be shown. */
public final class SignalTarget {
    private SignalTarget() {}

    /** Called by the fuzzer with whatever it made up. */
    public static void fuzzerTestOneInput(byte[] event) {
        try {
            switch (SignalReader.delivery(event)) {
                case Delivery.Single single -> check(SignalReader.read(single.json()));
                case Delivery.Batch batch -> batch.event().getRecords().forEach(SignalTarget::message);
            }
        } catch (UnreadableSignalException unreadable) {
            printable(String.valueOf(unreadable.getMessage()));
        }
    }

    /** One that can't be read must leave its neighbours alone. */
    private static void message(SQSEvent.SQSMessage message) {
        try {
            check(SignalReader.read(message.getBody()));
        } catch (UnreadableSignalException unreadable) {
            printable(String.valueOf(unreadable.getMessage()));
        }
    }

    private static void check(Signal signal) {
        switch (signal) {
            case Signal.NotOurs notOurs -> printable(notOurs.reason());
            case Signal.Recheck recheck -> {
                if (!CaseId.parse(recheck.caseId().toString()).equals(recheck.caseId())) {
                    throw new AssertionError("another case: " + recheck.caseId());
                }
            }
            case Signal.InstanceAsked asked -> {
                if (asked.patience().isNegative() || asked.patience().toSeconds() > 60) {
                    throw new AssertionError("waits for " + asked.patience());
                }
            }
            case Signal.InstanceLaunched ignored -> {}
            case Signal.LaunchFailed ignored -> {}
            case Signal.InstanceHeld held -> printable(held.hook() + " " + held.token());
            case Signal.InstanceDeployed ignored -> {}
            case Signal.DeploymentEnded ignored -> {}
            case Signal.CommandEnded ignored -> {}
            case Signal.Patched patched -> printable(patched.by());
            case Signal.GroupAsked ignored -> {}
            case Signal.ScheduleTick ignored -> {}
        }
    }
}
