package launchguard.sandbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import launchguard.sandbox.wire.Gate;

/**
 * Interleaves callers call by call, in an order that a seed decides: no call is served before each of them either
 * has ended or waits with its own. So a race that happened once happens again.
 */
final class SeededOrder implements Gate, CallOrder {
    private final Random chance;
    private final Set<String> working = new HashSet<>();
    private final Set<String> waiting = new TreeSet<>();
    private final Set<String> known = new HashSet<>();
    private final Set<String> calledBack = new HashSet<>();

    SeededOrder(long seed) {
        chance = new Random(seed);
    }

    synchronized void begin(Collection<String> callers) {
        known.addAll(callers);
        working.addAll(callers);
    }

    @Override
    public synchronized void expect(String worker) {
        known.add(worker);
        waiting.add(worker);
    }

    @Override
    public synchronized void begin(String worker) {
        await(worker);
    }

    @Override
    public synchronized void end(String caller) {
        working.remove(caller);
        waiting.remove(caller);
        known.remove(caller);
        next();
    }

    @Override
    public synchronized void enter(String caller) {
        if (!known.contains(caller)) {
            return;
        }
        working.remove(caller);
        waiting.add(caller);
        next();
        await(caller);
    }

    @Override
    public synchronized void rest(String caller) {
        working.remove(caller);
        next();
        try {
            while (!calledBack.contains(caller)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calledBack.remove(caller);
        await(caller);
    }

    /** One that began no turns, as the only invocation there is, has them whenever it wants. */
    @Override
    public synchronized void callBack(String caller) {
        calledBack.add(caller);
        if (known.contains(caller)) {
            waiting.add(caller);
        }
        notifyAll();
    }

    private void await(String caller) {
        try {
            while (waiting.contains(caller)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void next() {
        if (working.isEmpty() && !waiting.isEmpty()) {
            String chosen = new ArrayList<>(waiting).get(chance.nextInt(waiting.size()));
            waiting.remove(chosen);
            working.add(chosen);
        }
        notifyAll();
    }
}
