package launchguard.aws;

import java.util.ArrayList;
import java.util.List;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.ec2.model.Filter;

/** Lists groups and instances of a region, for commands about more than one instance; read only. */
public final class Inventory {
    private final Clients clients;

    /** Uses these clients. */
    public Inventory(Clients clients) {
        this.clients = clients;
    }

    /** Every Auto Scaling group of the region. */
    public List<ScalingGroup> groups() {
        return Call.to(
                "list the Auto Scaling groups",
                "autoscaling:DescribeAutoScalingGroups",
                () -> clients
                        .autoScaling
                        .get()
                        .describeAutoScalingGroupsPaginator(request -> request.maxRecords(100))
                        .autoScalingGroups()
                        .stream()
                        .map(ScalingGroup::of)
                        .toList());
    }

    /** The running instances that carry this tag. */
    public List<InstanceId> running(String key, String value) {
        return Call.to("list instances tagged " + key, "ec2:DescribeInstances", () -> {
            List<InstanceId> found = new ArrayList<>();
            clients.ec2
                    .get()
                    .describeInstancesPaginator(request -> request.filters(
                            Filter.builder()
                                    .name("tag:" + key)
                                    .values(literal(value))
                                    .build(),
                            Filter.builder()
                                    .name("instance-state-name")
                                    .values("running")
                                    .build()))
                    .reservations()
                    .forEach(reservation -> reservation
                            .instances()
                            .forEach(instance -> found.add(new InstanceId(instance.instanceId()))));
            return found;
        });
    }

    /** EC2's filters know wildcards; a value is meant literally. */
    private static String literal(String value) {
        return value.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?");
    }
}
