package launchguard.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a picture of one launch, in seconds since the instance's boot.
 *
 * @param end where the picture ends
 * @param order the two moments whose order decides; null where one of them is not known
 */
public record Chart(
        String title,
        double end,
        List<Lane> lanes,
        @Nullable Order order) {

    /** Copies its list. */
    public Chart {
        lanes = List.copyOf(lanes);
    }

    /** A row of marks of one kind. */
    public record Lane(String name, List<Mark> marks) {
        /** Copies its list. */
        public Lane {
            marks = List.copyOf(marks);
        }
    }

    /**
     * Something that lasted, or a moment, if both ends are the same.
     *
     * @param label short enough to stand beside its bar on a phone
     * @param detail shown on hover
     */
    public record Mark(Shade shade, double from, double to, String label, String detail) {
        boolean moment() {
            return to <= from;
        }
    }

    /** When the deployment started and cloud-init finished. */
    public record Order(double start, double finish) {
        boolean raced() {
            return start < finish;
        }

        double first() {
            return Math.min(start, finish);
        }

        double last() {
            return Math.max(start, finish);
        }
    }

    /** Colours by meaning; the style sheet knows which. */
    public enum Shade {
        /** Boot and cloud-init. */
        BOOT,
        /** A package manager at work. */
        PACKAGE,
        /** CodeDeploy. */
        DEPLOYMENT,
        /** A JVM that has its JDK. */
        JVM,
        /** What is broken. */
        BROKEN,
        /** The launch gate, which holds the instance out of service. */
        GATE,
        /** A probe, which changes nothing. */
        PROBE,
        /** Something that Launch Guard changes. */
        REMEDY
    }
}
