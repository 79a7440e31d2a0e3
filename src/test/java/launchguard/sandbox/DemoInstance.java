package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.probe.Evidence;
import launchguard.report.JudgedEvidence;
import org.jspecify.annotations.Nullable;

/** An instance of the demo, with what happened to it. */
final class DemoInstance {
    final Instance instance;
    final String name;
    final String title;
    final List<Line> lines = new ArrayList<>();
    final List<JudgedEvidence> looks = new ArrayList<>();
    final Set<String> seen = new HashSet<>();

    @Nullable
    Evidence evidence;

    @Nullable
    Instant firstVerdict;

    @Nullable
    Instant marked;

    @Nullable
    Instant gone;

    /** Of its wait at the launch gate, by which the answer names it. */
    @Nullable
    String token;

    int shown;
    boolean ended;

    DemoInstance(Instance instance, String name, String title) {
        this.instance = instance;
        this.name = name;
        this.title = title;
    }

    double sinceBoot(Instant at) {
        return Duration.between(instance.root().bootedAt(), at).toMillis() / 1000.0;
    }
}
