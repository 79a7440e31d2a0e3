package launchguard.bench;

import java.util.Map;

/**
 * One function that is started in each round.
 *
 * @param megabytes of memory, by which its processor is limited after init; 0 is not limited
 * @param handler class of the function; of the peer, its file
 * @param more environment
 */
record Variant(String name, String handler, int megabytes, boolean defaults, Map<String, String> more) {
    static final String OURS = "launchguard.LaunchGuardFunction";
    static final String UNPRIMED = "launchguard.bench.Unprimed";
    static final String NO_OP = "launchguard.packaged.NoOpFunction";
    static final String DEFAULTS = "launchguard.bench.Defaults";
    static final String PEER = "handler.handler";

    static Variant ours(int megabytes) {
        return new Variant("Launch Guard", OURS, megabytes, false, Map.of());
    }

    static Variant unprimed(int megabytes) {
        return new Variant("Launch Guard without priming", UNPRIMED, megabytes, false, Map.of());
    }

    static Variant noOp(int megabytes) {
        return new Variant("no-op handler (floor)", NO_OP, megabytes, false, Map.of());
    }

    static Variant same(int megabytes) {
        return new Variant("the same calls, SDK defaults", DEFAULTS, megabytes, true, Map.of());
    }

    static Variant two(int megabytes) {
        return new Variant("two of the calls, SDK defaults", DEFAULTS, megabytes, true, Map.of("BENCH_TWO_CALLS", "1"));
    }

    static Variant withoutEc2(int megabytes) {
        return new Variant(
                "the same calls but EC2's, SDK defaults", DEFAULTS, megabytes, true, Map.of("BENCH_WITHOUT_EC2", "1"));
    }

    static Variant peer(int megabytes) {
        return new Variant("Python and boto3, polling", PEER, megabytes, false, Map.of("POLL_SECONDS", "0.02"));
    }

    boolean python() {
        return handler.equals(PEER);
    }
}
