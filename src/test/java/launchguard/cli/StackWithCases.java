package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;

/** A stack whose function has processed three launches: one repaired, one healthy, one lucky. */
abstract class StackWithCases extends ReadOnlyCommands {
    static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";

    final String table;
    final Instance repaired;
    final Instance healthy;

    StackWithCases() {
        super(Sandbox.start(Map.of("Mode", "remediate")));
        table = aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
        Functions.install(aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        ScalingGroup web = aws.group("web").replacements(gone -> Image.recorded(HEALTHY));
        repaired = web.launch("rpm-dnf-race-jdk8-status-error");
        healthy = web.launch(HEALTHY);
        web.launch("rpm-lucky-race-jdk-not-upgraded");
        aws.settle(Duration.ofHours(3));
    }

    @Override
    void allowed(Call call) {
        assertFalse(call.changing(), call.toString());
    }
}
