package launchguard.report;

import launchguard.probe.Evidence;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a probe, with its verdict in words.
 *
 * @param marginSeconds deployment start minus cloud-init finish by this evidence; null when unknown
 * @param reason the verdict in words
 */
public record JudgedEvidence(
        Evidence evidence, VerdictName verdict, @Nullable Double marginSeconds, String reason) {}
