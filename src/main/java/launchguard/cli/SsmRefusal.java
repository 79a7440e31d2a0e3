package launchguard.cli;

import java.util.List;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Instances;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.Session;
import launchguard.model.InstanceId;

/** Finds why SSM refused an instance: SSM has one error for all reasons, and EC2 shows which one applies. */
record SsmRefusal(Session session) {

    /** The reason as a part of a sentence; if the only instance asked about does not exist, the usage is wrong. */
    String reason(InstanceId instance, InstancesRefusedException refused, boolean alone) {
        Instances.Facts facts;
        try {
            facts = new Instances(session.clients()).describe(List.of(instance)).get(instance);
        } catch (AwsFailureException unknown) {
            return refused.why() + "; whether the instance exists and runs is not known, since EC2 could not be asked ("
                    + unknown.getMessage() + ")";
        }
        if (facts == null) {
            String absent = "there is no instance " + instance + " in " + session.region()
                    + " for these credentials; look at the id, --region and --profile";
            if (alone) {
                throw new IllegalArgumentException(absent);
            }
            return absent;
        }
        if (!facts.running()) {
            return "it is not running";
        }
        return "it runs, but SSM does not manage it (" + refused.why() + "); its SSM agent must run, its instance"
                + " profile allow what AmazonSSMManagedInstanceCore does, and its network reach the endpoints of"
                + " SSM; a fresh instance takes some minutes";
    }
}
