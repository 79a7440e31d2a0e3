package launchguard.sandbox;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import launchguard.aws.Clients;
import launchguard.aws.DynamoCaseStore;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.guard.Attempt;
import launchguard.model.InstanceId;
import launchguard.pages.CaseSection;
import launchguard.report.JudgedEvidence;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The demo's cases as they lie in the table, and a table of them for people. */
final class DemoCases {
    static final List<String> HEAD =
            List.of("instance", "verdict", "margin", "remedy", "outcome", "to verdict", "requests to a stale JVM");
    private final CaseStore store;
    private final Traffic traffic;

    DemoCases(Sandbox aws, Traffic traffic) {
        this.traffic = traffic;
        store = new DynamoCaseStore(
                Clients.with(builder -> builder.endpointOverride(
                                URI.create(aws.environment().getOrDefault("AWS_ENDPOINT_URL", "")))
                        .region(Region.of(aws.environment().getOrDefault("AWS_REGION", "")))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))),
                aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""));
    }

    Optional<Case> of(DemoInstance who) {
        return store.latest(new InstanceId(who.instance.id()));
    }

    List<String> row(DemoInstance who) {
        Optional<JudgedEvidence> first = who.looks.stream().findFirst();
        Optional<Case> shown = of(who);
        return List.of(
                who.name + (shown.map(Case::gate).isPresent() ? " (gated)" : ""),
                first.map(JudgedEvidence::verdict).orElse("-"),
                first.map(JudgedEvidence::marginSeconds)
                        .map(CaseSection::signed)
                        .orElse("-"),
                shown.map(DemoCases::remedies).orElse("-"),
                shown.map(found -> found.status().name()).orElse("-")
                        + (who.looks.size() > 1 ? " (" + who.looks.getLast().verdict() + ")" : ""),
                first.map(look -> delay(who, look)).orElse("-"),
                traffic.of(who.instance).metStaleJvm() + " of "
                        + traffic.of(who.instance).requests());
    }

    private static String remedies(Case current) {
        return current.attempts().isEmpty()
                ? "-"
                : current.attempts().stream().map(DemoCases::remedy).collect(Collectors.joining(", "));
    }

    private static String remedy(Attempt attempt) {
        String rung = attempt.action().rung().name().toLowerCase(Locale.ROOT);
        return attempt.end() == Attempt.End.PROVED ? rung : rung + " failed";
    }

    private static String delay(DemoInstance who, JudgedEvidence look) {
        Double finish = look.evidence().cloudInit().finishedUptime();
        return who.firstVerdict == null || finish == null
                ? "-"
                : String.format(Locale.ROOT, "%.1f s", who.sinceBoot(who.firstVerdict) - finish);
    }
}
