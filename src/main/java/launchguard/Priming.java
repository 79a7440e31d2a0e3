package launchguard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import launchguard.aws.Announcements;
import launchguard.aws.Clients;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.DynamoCaseStore;
import launchguard.aws.Timers;
import launchguard.flow.Rooms;
import launchguard.guard.Ledger;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.signal.SignalReader;

/**
 * Does before the first event what it would have to wait for: reads that the usual signal makes are made once, of an
 * instance that can't exist; what the usual signal sends is made up, signed and not sent. Changes nothing, and what fails
 * here fails nobody: the event that needs it says so.
 */
final class Priming {
    /** Init may take ten seconds; whatever has not been done by then is done when it is needed. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final InstanceId NOBODY = new InstanceId("i-00000000000000000");
    private static final GroupName NO_GROUP = new GroupName("launch-guard-priming");
    private static final CaseId NONE = new CaseId(NOBODY, Instant.EPOCH, 1);

    private final Clients clients;
    private final Rooms rooms;

    Priming(Clients clients, Rooms rooms) {
        this.clients = clients;
        this.rooms = rooms;
    }

    /** Side by side, since init has more processors than a small function is given later. */
    void run() {
        List<Thread> all = new ArrayList<>();
        for (Runnable work : List.<Runnable>of(this::table, this::instances, this::commands, this::sent)) {
            Thread thread = Thread.ofPlatform().daemon().unstarted(work);
            thread.start();
            all.add(thread);
        }
        Instant end = Instant.now().plus(PATIENCE);
        try {
            for (Thread thread : all) {
                Duration left = Duration.between(Instant.now(), end);
                if (left.isPositive()) {
                    thread.join(left);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #run}, and no connection stays open. */
    void runAndHangUp() {
        clients.hangingUp(this::run);
    }

    private void table() {
        tolerantly(() -> rooms.store().latest(NOBODY));
        tolerantly(() -> rooms.store().ledger(new GroupName("launch-guard-priming")));
    }

    private void instances() {
        tolerantly(() -> rooms.instances().describe(List.of(NOBODY)));
        tolerantly(() -> rooms.groups().of(List.of(NOBODY)));
    }

    private void commands() {
        tolerantly(() -> rooms.commands().answer(new CommandId("00000000-0000-4000-8000-000000000000"), NOBODY));
        tolerantly(() -> rooms.deployments().instances(new DeploymentId("d-000000000")));
    }

    private void sent() {
        Clients dry = clients.dry();
        tolerantly(() -> {
            new Timers(dry, rooms.settings().queueUrl(), SignalReader.RECHECK_SOURCE).ring(NONE, Duration.ZERO);
            return NONE;
        });
        tolerantly(() -> new Announcements(dry).put("Launch Guard Case Closed", "{}"));
        tolerantly(() -> new DynamoCaseStore(dry, rooms.settings().table()).save(Ledger.empty(NO_GROUP)));
        tolerantly(() -> new Commands(dry, rooms.settings().documentPrefix())
                .send(Document.PROBE, List.of(NOBODY), Map.of(), "launch-guard priming", 600));
    }

    /** Whatever goes wrong: a dry run's answers are empty, which nothing expects; a service may be out of reach. */
    private static void tolerantly(Callable<?> work) {
        try {
            work.call();
        } catch (Exception later) {
            // The event that needs it will say so, with what to do about it.
        }
    }
}
