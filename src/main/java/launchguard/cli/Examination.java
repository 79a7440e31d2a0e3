package launchguard.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.aws.AwsFailureException;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.Deployments;
import launchguard.aws.Document;
import launchguard.aws.Instances;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.Session;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.ShownDeployment;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.Unreachable;

/** Looks at one live instance. Of all it calls, only the sending of the probe is no read, and the probe only reads. */
final class Examination {
    /** SSM takes no shorter time for a command to begin. */
    private static final int LEAST_DELIVERY_SECONDS = 30;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(300);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Session session;
    private final Commands commands;
    private final InstanceId instance;
    private final Progress progress;

    Examination(Session session, String documentPrefix, InstanceId instance, Progress progress) {
        this.session = session;
        this.commands = new Commands(session.clients(), documentPrefix);
        this.instance = instance;
        this.progress = progress;
    }

    /** What came of the probe. */
    sealed interface Sight {
        /** It ran to its end and printed this. */
        record Printed(String text) implements Sight {}

        /** There is nothing to judge by. */
        record Nothing(Verdict verdict) implements Sight {}
    }

    /** Sends the probe and waits that long for its end. */
    Sight look(Duration patience) throws InterruptedException {
        CommandId command;
        try {
            command = commands.send(
                    Document.PROBE,
                    List.of(instance),
                    // It looks at once: whoever asks wants to know how things stand, not how they will.
                    Map.of("waitSeconds", "0", "deploymentId", ""),
                    "launch-guard diagnose",
                    Math.toIntExact(Math.max(LEAST_DELIVERY_SECONDS, patience.toSeconds())));
        } catch (InstancesRefusedException refused) {
            return new Sight.Nothing(new Unreachable(refused.denied() ? refused.why() : reason(refused)));
        }
        try {
            return ended(command, patience);
        } finally {
            progress.clear();
        }
    }

    private Sight ended(CommandId command, Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        while (true) {
            if (commands.answer(command, instance) instanceof CommandAnswer.Ended ended) {
                return ended.succeeded()
                        ? new Sight.Printed(ended.output())
                        : new Sight.Nothing(new Inconclusive("the probe " + ended.end()));
            }
            Duration passed = Duration.ofNanos(System.nanoTime() - start);
            Duration left = patience.minus(passed);
            if (!left.isPositive()) {
                return new Sight.Nothing(new Inconclusive("the probe has not ended after " + patience.toSeconds()
                        + " s (command " + command + "): SSM's agent there may be starting, busy or gone; ask again"
                        + " in a minute or with a longer --wait"));
            }
            progress.show("probing " + instance + ", " + passed.toSeconds() + " s");
            Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
            pause = pause.plus(FIRST_PAUSE).compareTo(LONGEST_PAUSE) < 0 ? pause.plus(FIRST_PAUSE) : LONGEST_PAUSE;
        }
    }

    /** SSM has one error for all it does not manage; EC2 tells what kind of it this is. */
    private String reason(InstancesRefusedException refused) {
        Instances.Facts facts;
        try {
            facts = new Instances(session.clients()).describe(List.of(instance)).get(instance);
        } catch (AwsFailureException unknown) {
            return refused.why() + "; whether the instance exists and runs is not known, since EC2 could not be asked ("
                    + unknown.getMessage() + ")";
        }
        if (facts == null) {
            throw new IllegalArgumentException("there is no instance " + instance + " in " + session.region()
                    + " for these credentials; look at the id, --region and --profile");
        }
        if (!facts.running()) {
            return "it is not running";
        }
        return "it runs, but SSM does not manage it (" + refused.why() + "); its SSM agent must run, its instance"
                + " profile allow what AmazonSSMManagedInstanceCore does, and its network reach the endpoints of"
                + " SSM; a fresh instance takes some minutes";
    }

    /** What the evidence means, with CodeDeploy's own record of the deployment that it shows. */
    Verdict judge(String printed) {
        try {
            Evidence evidence = EvidenceReader.read(printed);
            DeploymentId shown = ShownDeployment.of(evidence);
            List<DeploymentRecord> records = shown == null
                    ? List.of()
                    : new Deployments(session.clients())
                            .record(shown, instance, null).stream().toList();
            return Diagnosis.of(
                    evidence, new Question(instance, null, null, records, Set.of(), false, Answer.BOOT_DEADLINE));
        } catch (UnreadableEvidenceException unreadable) {
            return new Inconclusive(unreadable.why());
        }
    }
}
