package launchguard.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Reads EC2 instances, and tags them. */
public final class Instances {
    private static final int FILTER_VALUES = 200;

    private final Clients clients;

    /** Uses their EC2 client. */
    public Instances(Clients clients) {
        this.clients = clients;
    }

    /**
     * What EC2 knows of an instance.
     *
     * @param launchedAt of its latest start; a stop and start is a new one, a reboot is not
     * @param running whether its state is pending or running
     */
    public record Facts(Instant launchedAt, boolean running, Map<String, String> tags) {
        /** Copies its map. */
        public Facts {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * The facts of those that exist. They are read by filter, since one unknown id among InstanceIds would fail the
     * whole call.
     */
    public Map<InstanceId, Facts> describe(Collection<InstanceId> ids) {
        Map<InstanceId, Facts> known = new HashMap<>();
        List<InstanceId> all = new ArrayList<>(ids);
        for (int from = 0; from < all.size(); from += FILTER_VALUES) {
            List<String> values = all.subList(from, Math.min(all.size(), from + FILTER_VALUES)).stream()
                    .map(InstanceId::value)
                    .toList();
            Call.to("describe " + values, "ec2:DescribeInstances", () -> {
                clients.ec2
                        .get()
                        .describeInstancesPaginator(request -> request.filters(Filter.builder()
                                .name("instance-id")
                                .values(values)
                                .build()))
                        .reservations()
                        .forEach(reservation -> reservation
                                .instances()
                                .forEach(
                                        instance -> known.put(new InstanceId(instance.instanceId()), facts(instance))));
                return known;
            });
        }
        return known;
    }

    /** Instances that run and carry this tag; with any value where that is null. */
    public Set<InstanceId> tagged(String key, @Nullable String value) {
        Filter tag = value == null
                ? Filter.builder().name("tag-key").values(literally(key)).build()
                : Filter.builder().name("tag:" + key).values(literally(value)).build();
        Filter running = Filter.builder()
                .name("instance-state-name")
                .values("pending", "running")
                .build();
        Set<InstanceId> found = new HashSet<>();
        Call.to("list instances tagged " + key, "ec2:DescribeInstances", () -> {
            clients.ec2
                    .get()
                    .describeInstancesPaginator(request -> request.filters(tag, running))
                    .reservations()
                    .forEach(reservation -> reservation
                            .instances()
                            .forEach(instance -> found.add(new InstanceId(instance.instanceId()))));
            return found;
        });
        return found;
    }

    /** Escapes the characters that a filter's value takes for wildcards. */
    private static String literally(String text) {
        return text.replaceAll("[\\\\*?]", "\\\\$0");
    }

    private static Facts facts(Instance instance) {
        Map<String, String> tags = new HashMap<>();
        instance.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
        String state = instance.state() == null ? "" : instance.state().nameAsString();
        return new Facts(instance.launchTime(), state.equals("running") || state.equals("pending"), tags);
    }

    /** Adds tags to an instance. */
    public void tag(InstanceId instance, Map<String, String> tags) {
        List<Tag> wanted = tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        Call.to(
                "tag " + instance,
                "ec2:CreateTags",
                () -> clients.ec2
                        .get()
                        .createTags(
                                request -> request.resources(instance.value()).tags(wanted)));
    }
}
