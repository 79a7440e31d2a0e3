package launchguard.reliability;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.sandbox.Command;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;

/** Checks the promises against calls, commands, instances and messages; it knows no case. */
final class Observer {
    private final Sandbox aws;
    private final ScalingGroup group;
    private final Rules rules;
    private final Set<String> faults = new LinkedHashSet<>();
    private final List<Remedy> remedies = new ArrayList<>();
    private final Map<String, Set<String>> commandsByMarker = new HashMap<>();
    private final Set<String> marked = new HashSet<>();
    private final StateSince since = new StateSince();
    private final LimitsCheck limits;
    private final ForeignWordsCheck words;
    private final TimersCheck timers;
    private final RemedyEffectsCheck effects;
    private final GateCheck gates;
    private int calls;
    private int commands;

    Observer(Sandbox aws, ScalingGroup group, ReplayedInstances players, Rules rules) {
        this.aws = aws;
        this.group = group;
        this.rules = rules;
        this.words = new ForeignWordsCheck(aws);
        this.limits = new LimitsCheck(aws, group, rules, since);
        this.timers = new TimersCheck(aws, rules);
        this.effects = new RemedyEffectsCheck(players);
        this.gates = new GateCheck(aws, group, rules, since);
        aws.commands().listen(effects::ran);
    }

    /** What was found to be wrong, each with the number of its promise. */
    Set<String> faults() {
        return faults;
    }

    /** Remedies that were sent more than once; that they did nothing twice is promise 4. */
    long doubleSends() {
        return commandsByMarker.values().stream()
                .filter(sent -> sent.size() > 1)
                .count();
    }

    List<Remedy> remedies() {
        return remedies;
    }

    /** After every step. */
    void check() {
        List<Call> all = aws.calls().all();
        for (Call call : all.subList(calls, all.size())) {
            AllowedCallsCheck.fault(call, rules.remediate()).ifPresent(faults::add);
            timers.called(call);
            words.fault(call).ifPresent(faults::add);
        }
        calls = all.size();
        List<Command> sent = aws.commands().all();
        for (Command command : sent.subList(commands, sent.size())) {
            if (!command.documentName().equals("LaunchGuard-Probe")) {
                commandsByMarker
                        .computeIfAbsent(command.comment(), marker -> new HashSet<>())
                        .add(command.id());
                command.instances().forEach(id -> took(new Remedy(command.requestedAt(), aws.instance(id), command)));
            }
        }
        commands = sent.size();
        for (Instance instance : gates.abandoned()) {
            if (marked.add(instance.id())) {
                took(new Remedy(aws.clock().instant(), instance, null, true));
            }
        }
        faults.addAll(gates.faults());
        for (Instance instance : group.instances()) {
            if (instance.health().equals("Unhealthy") && marked.add(instance.id())) {
                took(new Remedy(aws.clock().instant(), instance, null));
            }
        }
        faults.addAll(effects.faults());
        faults.addAll(limits.unavailable(remedies));
        faults.addAll(timers.missing());
        since.update(aws, group);
    }

    private void took(Remedy remedy) {
        // Once a remedy has ended well, what earlier probes have shown no longer holds.
        Instant proved = remedies.stream()
                .filter(earlier -> earlier.instance() == remedy.instance())
                .flatMap(earlier -> earlier.provedAt().stream())
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
        if (!words.looks().harm(remedy.instance(), proved, remedy.at())) {
            faults.add("1: no probe has shown harm before the " + remedy.what());
        }
        faults.addAll(limits.before(remedy, remedies));
        words.fault(remedy).ifPresent(faults::add);
        remedies.add(remedy);
    }

    /** At the end every signal must have a result. */
    void end(Set<String> expected) {
        check();
        faults.addAll(gates.left());
        faults.addAll(timers.unanswered(expected));
    }
}
