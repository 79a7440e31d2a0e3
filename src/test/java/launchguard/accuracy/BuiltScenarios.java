package launchguard.accuracy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Source;
import launchguard.verdict.Question;
import launchguard.verdict.VerdictName;

/** Scenarios on every supported system, with every known trap; cloud-init ends at 70 s by default. */
final class BuiltScenarios {
    static final String JDK8_AMAZON = "usr/lib/jvm/java-1.8.0-openjdk-1.8.0.342.b07-1.amzn2.0.1.x86_64/jre";
    static final String JDK8_UPGRADED = JDK8_AMAZON.replace("342", "372");
    static final String JDK17_RHEL = "usr/lib/jvm/java-17-openjdk-17.0.2.0.8-13.el9.x86_64";
    static final String CORRETTO = "usr/lib/jvm/java-17-amazon-corretto.x86_64";
    static final String DEBIAN_17 = "usr/lib/jvm/java-17-openjdk-amd64";
    static final String GROUP = "3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01";
    static final String OTHER = "77aa9a52-5c3d-4d53-9c1e-7f0b6f3f1a02";
    static final String D1 = "d-BUILT0001";
    static final String D2 = "d-BUILT0002";
    static final String APP = "app.service";

    private BuiltScenarios() {}

    @FunctionalInterface
    interface Builder {
        void build(BuiltInstance on) throws IOException;
    }

    static Stream<Scenario> all() {
        return Stream.of(
                        BuiltAmazon.all(),
                        BuiltUbuntuAndRhel.all(),
                        BuiltAgents.all(),
                        BuiltClocks.all(),
                        BuiltJvms.all(),
                        BuiltGroups.all(),
                        BuiltBoots.all())
                .flatMap(List::stream);
    }

    static Scenario built(String name, String system, String about, VerdictName truth, Builder builder) {
        return built(name, system, about, truth, ScenarioJudge.NOTHING_ELSE, builder);
    }

    static Scenario built(
            String name, String system, String about, VerdictName truth, Question question, Builder builder) {
        return built(name, system, about, Set.of(truth), question, builder);
    }

    static Scenario built(
            String name, String system, String about, Set<VerdictName> truth, Question question, Builder builder) {
        return new Scenario(name, Source.BUILT, system, about, truth, List.of(), directory -> {
            var instance = new BuiltInstance(directory);
            builder.build(instance);
            return ScenarioJudge.of(instance.environment(), question, directory, instance.year());
        });
    }

    static BuiltInstance al2(BuiltInstance on) throws IOException {
        return on.os("amzn", "2").cloudInitBySyslog(70);
    }

    static BuiltInstance al2023(BuiltInstance on) throws IOException {
        return on.os("amzn", "2023").cloudInit("22.2.2", 70);
    }

    static BuiltInstance ubuntu(BuiltInstance on, String release) throws IOException {
        return on.os("ubuntu", release).cloudInit("24.4-0ubuntu1", 70);
    }

    /** The deployment starts at 20 s, the upgrade replaces JDK 8 at 45 s. */
    static BuiltInstance racedOnAl2(BuiltInstance on) throws IOException {
        return jdk8Upgraded(al2(on), 45).deployed(GROUP, D1, 20);
    }

    /** The deployment starts at 20 s, the upgrade replaces Corretto 17 at 45 s. */
    static BuiltInstance racedOnAl2023(BuiltInstance on) throws IOException {
        return correttoUpgraded(al2023(on), 45).deployed(GROUP, D1, 20);
    }

    static BuiltInstance jdk8Upgraded(BuiltInstance on, double at) {
        return on.rpm("java-1.8.0-openjdk-headless", "1.8.0.372.b07", "1.amzn2.0.1", at);
    }

    static BuiltInstance correttoUpgraded(BuiltInstance on, double at) {
        return on.rpm("java-17-amazon-corretto-headless", "17.0.12+7", "1.amzn2023.1", at);
    }
}
