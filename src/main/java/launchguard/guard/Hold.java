package launchguard.guard;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The launch gate's hold on an instance that is not in service yet.
 *
 * @param deadline when the gate lets the instance go on at the latest; the time that CodeDeploy's deployment took is in it
 * @param doubtEnds when the gate lets it go on although its state can't be determined; null while its deployment runs
 * @param intoWarmPool whether it goes into a warm pool, where CodeDeploy does not deploy
 */
public record Hold(Instant deadline, @Nullable Instant doubtEnds, boolean intoWarmPool) {}
