package launchguard.report;

import launchguard.probe.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a probe, with its verdict in words.
 *
 * @param verdict its name; another version may have names of its own
 * @param marginSeconds deployment start minus cloud-init finish by this evidence; null when unknown
 * @param reason the verdict in words
 */
public record JudgedEvidence(
        Evidence evidence, String verdict, @Nullable Double marginSeconds, String reason) {}
