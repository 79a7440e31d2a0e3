package launchguard.reliability.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Goes through every order in which things may happen, each state once, and stops at the first broken promise. */
final class Exploration {
    private final Protocol protocol;
    private final Promises promises;
    private final Seen seen = new Seen();
    private long transitions;
    private int deepest;

    Exploration(Flaw flaw, Protocol.Bounds bounds) {
        protocol = new Protocol(flaw, bounds);
        promises = new Promises(bounds.observe());
    }

    /**
     * What came of it.
     *
     * @param states that differ
     * @param transitions from one to another: interleavings of two calls are counted in each order
     * @param deepest longest story without going in a circle
     * @param broken the promise, and the story that led there; empty when all were kept
     */
    record Result(long states, long transitions, int deepest, Optional<String> broken) {}

    /** Where the story stands: what may come next, and how much of that was tried. */
    private static final class Frame {
        private final World world;
        private final List<Protocol.Next> next;
        private int tried;

        Frame(World world, List<Protocol.Next> next) {
            this.world = world;
            this.next = next;
        }
    }

    Result run() {
        World first = protocol.first();
        seen.add(first.key());
        Deque<Frame> path = new ArrayDeque<>();
        path.push(new Frame(first, protocol.after(first)));
        while (!path.isEmpty()) {
            Frame frame = path.peek();
            if (frame.tried == frame.next.size()) {
                path.pop();
                continue;
            }
            Protocol.Next next = frame.next.get(frame.tried++);
            transitions++;
            Optional<String> broken = promises.broken(frame.world, next.world());
            if (broken.isPresent()) {
                return result(Optional.of(broken.get() + story(path)));
            }
            if (seen.add(next.world().key())) {
                path.push(new Frame(next.world(), protocol.after(next.world())));
                deepest = Math.max(deepest, path.size());
            }
        }
        return result(Optional.empty());
    }

    private Result result(Optional<String> broken) {
        return new Result(seen.size(), transitions, deepest, broken);
    }

    private static String story(Deque<Frame> path) {
        List<String> lines = new ArrayList<>();
        path.descendingIterator()
                .forEachRemaining(frame ->
                        lines.add("\n  " + frame.next.get(frame.tried - 1).what()));
        return String.join("", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    /** States that were met, each as 128 bits of a hash: among ten million two are the same by chance once in 10^24 tries. */
    private static final class Seen {
        private long[] table = new long[1 << 21];
        private int size;

        long size() {
            return size;
        }

        boolean add(byte[] key) {
            if (size * 3L > table.length) {
                grow();
            }
            long high = hash(key, 0x9E3779B97F4A7C15L);
            long low = hash(key, 0xC2B2AE3D27D4EB4FL);
            return put(high == 0 && low == 0 ? 1 : high, low);
        }

        private boolean put(long high, long low) {
            int mask = table.length / 2 - 1;
            int place = (int) (high ^ (low >>> 32)) & mask;
            while (table[2 * place] != 0 || table[2 * place + 1] != 0) {
                if (table[2 * place] == high && table[2 * place + 1] == low) {
                    return false;
                }
                place = (place + 1) & mask;
            }
            table[2 * place] = high;
            table[2 * place + 1] = low;
            size++;
            return true;
        }

        private void grow() {
            long[] old = table;
            table = new long[old.length * 2];
            size = 0;
            for (int i = 0; i < old.length; i += 2) {
                if (old[i] != 0 || old[i + 1] != 0) {
                    put(old[i], old[i + 1]);
                }
            }
        }

        private static long hash(byte[] key, long seed) {
            long hash = seed ^ Arrays.hashCode(key);
            for (byte each : key) {
                hash = (hash ^ each) * 0xFF51AFD7ED558CCDL;
                hash ^= hash >>> 32;
            }
            return hash;
        }
    }
}
