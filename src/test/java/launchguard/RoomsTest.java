package launchguard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The packages of the product, called rooms, as CONTRIBUTING.md draws them: which may use which, and what the pure ones
 * never touch.
 */
class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));
    private static final String[] PURE = rooms("model", "verdict", "guard");
    private static final String[] EVERYWHERE = {"java..", "org.jspecify.annotations.."};

    /** The known pairs: a type and its parts or its builder. Remove one that is gone; add none without a reason. */
    private static final List<String> KNOWN_PAIRS = List.of(
            "launchguard.LaunchGuardFunction and launchguard.Priming",
            "launchguard.cases.Case and launchguard.cases.CaseChange",
            "launchguard.guard.GroupDeploymentChecks and launchguard.guard.SafetyChecks",
            "launchguard.guard.GroupState and launchguard.guard.Reach",
            "launchguard.guard.ReplacementChecks and launchguard.guard.SafetyChecks",
            "launchguard.verdict.GroupDoubts and launchguard.verdict.GroupRules",
            "launchguard.verdict.Question and launchguard.verdict.SeenJvm");

    /** The rooms of the case flow, and the root that starts it. */
    private static final Set<String> FLOW = Set.of(
            "launchguard",
            "launchguard.settings",
            "launchguard.store",
            "launchguard.notify",
            "launchguard.steps",
            "launchguard.intake",
            "launchguard.dispatch");

    private static final int MOST_COLLABORATORS = 5;

    /** Each with its reason. The router has one handler for each kind of signal, and the two that answer what is ignored. */
    private static final Map<String, Long> MORE_COLLABORATORS = Map.of("launchguard.dispatch.SignalRouter", 6L);

    private static final Set<String> VALUES =
            Set.of("java.lang.String", "java.time.Duration", "java.time.Instant", "java.util.List", "java.util.Map");

    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String LAMBDA_EVENTS = "com.amazonaws.services.lambda.runtime.events..";

    @Test
    void theRules_haveClassesToCheck() {
        assertTrue(CLASSES.size() > 40, CLASSES.size() + " classes");
    }

    /** A room uses itself, the rooms and libraries named, and the language's own classes; nothing else. */
    @TestFactory
    Stream<DynamicTest> whoMayUseWhom() {
        return Stream.of(
                room("model"),
                room("signal", "launchguard.model", JACKSON, LAMBDA_EVENTS),
                room("probe", "launchguard.model", JACKSON),
                room("verdict", "launchguard.model", "launchguard.probe"),
                room("guard", "launchguard.model", "launchguard.verdict", "launchguard.probe"),
                room("cases", "launchguard.model", "launchguard.verdict", "launchguard.guard", "launchguard.probe"),
                room(
                        "report",
                        "launchguard.model",
                        "launchguard.probe",
                        "launchguard.verdict",
                        "launchguard.guard",
                        "launchguard.cases",
                        JACKSON),
                room(
                        "pages",
                        "launchguard.model",
                        "launchguard.probe",
                        "launchguard.verdict",
                        "launchguard.guard",
                        "launchguard.cases",
                        "launchguard.report"));
    }

    private static DynamicTest room(String name, String... uses) {
        String[] allowed = Stream.of(Arrays.stream(EVERYWHERE), Stream.of("launchguard." + name), Arrays.stream(uses))
                .flatMap(packages -> packages)
                .toArray(String[]::new);
        return DynamicTest.dynamicTest(
                name,
                () -> classes()
                        .that()
                        .resideInAPackage("launchguard." + name)
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(primitivesAndArrays()))
                        .allowEmptyShould(true)
                        .check(CLASSES));
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass>
            primitivesAndArrays() {
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "primitive or array", type -> type.isPrimitive() || type.isArray());
    }

    /** Judging needs only what was seen, not how it is read. */
    @Test
    void guardAndCasesTakeFactsFromTheProbeButDoNotReadThem() {
        noClasses()
                .that()
                .resideInAnyPackage(rooms("verdict", "guard", "cases", "report"))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("launchguard.probe.EvidenceReader")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotKnowWhoCallsThem() {
        noClasses()
                .that()
                .resideInAPackage("launchguard.aws..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("launchguard", "launchguard.cli..", "launchguard.signal..", "launchguard.report..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyAdaptersKnowTheSdk() {
        noClasses()
                .that()
                .resideInAPackage("launchguard..")
                .and(not(resideInAnyPackage("launchguard.aws..", "launchguard.cli..", "launchguard")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void nobodyImportsTheRoot() {
        noClasses()
                .that()
                .resideInAPackage("launchguard.*..")
                .and(not(resideInAPackage("launchguard.cli..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("launchguard")
                .check(CLASSES);
    }

    /** Rooms of the case flow, bottom to top: none imports one above it. */
    @TestFactory
    Stream<DynamicTest> theFlowHasFloors() {
        List<String> floors = List.of("settings", "store", "notify", "steps", "intake", "dispatch", "cli");
        return floors.stream()
                .map(floor -> DynamicTest.dynamicTest(floor, () -> {
                    List<String> above = floors.subList(floors.indexOf(floor) + 1, floors.size());
                    noClasses()
                            .that()
                            .resideInAPackage("launchguard." + floor + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(rooms(above.toArray(String[]::new)))
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }));
    }

    /** What is below the case flow does not know it. */
    @Test
    void noRoomBelowImportsTheFlow() {
        noClasses()
                .that()
                .resideInAnyPackage(rooms("model", "signal", "probe", "verdict", "guard", "cases", "aws", "report"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms("settings", "store", "notify", "steps", "intake", "dispatch", "cli"))
                .check(CLASSES);
    }

    /** Two classes of one room that know each other are one class, or one of them knows too much. */
    @Test
    void noTwoClassesOfARoomKnowEachOther() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            for (Dependency use : type.getDirectDependenciesFromSelf()) {
                String from = topLevel(type);
                String to = topLevel(use.getTargetClass());
                if (!from.equals(to)
                        && type.getPackageName().equals(use.getTargetClass().getPackageName())) {
                    uses.computeIfAbsent(from, key -> new TreeSet<>()).add(to);
                }
            }
        }
        List<String> pairs = uses.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .filter(to -> entry.getKey().compareTo(to) < 0)
                        .filter(to -> uses.getOrDefault(to, Set.of()).contains(entry.getKey()))
                        .map(to -> entry.getKey() + " and " + to))
                .toList();
        assertEquals(KNOWN_PAIRS, pairs);
    }

    /** A class that needs more has several tasks, or lacks the class between. */
    @Test
    void noClassOfTheFlowHasMoreThanFiveCollaborators() {
        Map<String, Long> many = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            if (FLOW.contains(type.getPackageName()) && !type.isRecord()) {
                for (JavaConstructor constructor : type.getConstructors()) {
                    long collaborators = constructor.getRawParameterTypes().stream()
                            .filter(RoomsTest::collaborator)
                            .count();
                    if (collaborators > MOST_COLLABORATORS) {
                        many.put(type.getName(), collaborators);
                    }
                }
            }
        }
        assertEquals(MORE_COLLABORATORS, many);
    }

    /** What does something: neither a value nor one of our records, which are data. */
    private static boolean collaborator(JavaClass type) {
        boolean value = type.isPrimitive()
                || type.isArray()
                || type.isEnum()
                || type.isRecord()
                || VALUES.contains(type.getName());
        return !value;
    }

    private static String topLevel(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Pages are the command line's: the function sends none. */
    @Test
    void onlyTheCommandLineKnowsPages() {
        noClasses()
                .that(not(resideInAnyPackage("launchguard.cli..", "launchguard.pages..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("launchguard.pages..")
                .check(CLASSES);
    }

    @Test
    void noCycles() {
        slices().matching("launchguard.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @TestFactory
    Stream<DynamicTest> pureRoomsTouchNoClockNoEnvironmentNoChance() {
        return Stream.of(Instant.class, LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class)
                .map(type -> DynamicTest.dynamicTest(
                        type.getSimpleName() + ".now",
                        () -> noClasses()
                                .that()
                                .resideInAnyPackage(PURE)
                                .should()
                                .callMethod(type, "now")
                                .orShould()
                                .callMethod(type, "now", Clock.class)
                                .check(CLASSES)));
    }

    @Test
    void pureRoomsAskNothingOfTheirSurroundings() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat(equivalentTo(Clock.class)
                        .or(equivalentTo(System.class))
                        .or(equivalentTo(Random.class))
                        .or(equivalentTo(UUID.class))
                        .or(equivalentTo(Thread.class))
                        .or(equivalentTo(ProcessHandle.class))
                        .or(resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..")))
                .orShould()
                .callMethod(Math.class, "random")
                .check(CLASSES);
    }

    @Test
    void onlyTheEdgesPrintAndNoClassUsesTheJdksLogger() {
        noClasses()
                .that()
                .resideInAPackage("launchguard..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(rooms("model", "signal", "probe", "verdict", "guard", "cases", "aws"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    private static String[] rooms(String... names) {
        return Arrays.stream(names).map(name -> "launchguard." + name + "..").toArray(String[]::new);
    }
}
