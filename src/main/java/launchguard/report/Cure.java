package launchguard.report;

import java.util.Locale;
import launchguard.probe.Evidence;
import org.jspecify.annotations.Nullable;

/** What makes the race impossible on a system, and where this project keeps it. */
public enum Cure {
    /** cloud-final comes after multi-user.target: ordering alone would be a cycle. */
    DEBIAN_UBUNTU("prevention/systemd/debian-ubuntu/"),
    /** systemd, cloud-final before multi-user.target. */
    AMAZON_LINUX_2("prevention/systemd/amazon-linux-2/"),
    /** As Amazon Linux 2, with a newer systemd and cloud-init. */
    AMAZON_LINUX_2023("prevention/systemd/amazon-linux-2023/"),
    /** upstart. */
    AMAZON_LINUX_1("prevention/amazon-linux-1/"),
    /** Works wherever user data does. */
    ANY("prevention/agent-last-user-data/");

    /** From here on cloud-init orders its last stage after multi-user.target on every distribution. */
    private static final int LATE_FINAL_STAGE = 24_004;

    private final String path;

    Cure(String path) {
        this.path = path;
    }

    /** The folder of this project that has it. */
    public String path() {
        return path;
    }

    /** For the system that the evidence shows; what nothing is known of gets what works everywhere. */
    public static Cure of(@Nullable Evidence evidence) {
        if (evidence == null || evidence.host().os() == null) {
            return ANY;
        }
        String os = evidence.host().os().toLowerCase(Locale.ROOT);
        String version =
                evidence.host().osVersion() == null ? "" : evidence.host().osVersion();
        return switch (os) {
            case "debian", "ubuntu" -> DEBIAN_UBUNTU;
            case "amzn" -> amazon(version, evidence);
            default -> lateFinalStage(evidence) ? DEBIAN_UBUNTU : ANY;
        };
    }

    private static Cure amazon(String version, Evidence evidence) {
        if (lateFinalStage(evidence)) {
            return DEBIAN_UBUNTU;
        }
        return version.equals("2") ? AMAZON_LINUX_2 : version.startsWith("2023") ? AMAZON_LINUX_2023 : AMAZON_LINUX_1;
    }

    /** Whether this cloud-init's own units order its last stage after multi-user.target whatever the distribution. */
    public static boolean lateFinalStage(Evidence evidence) {
        String version = evidence.cloudInit().version();
        if (version == null || !version.matches("[0-9]{1,3}\\.[0-9]{1,3}.*")) {
            return false;
        }
        String[] parts = version.split("[^0-9]+", 3);
        return Integer.parseInt(parts[0]) * 1_000 + Integer.parseInt(parts[1]) >= LATE_FINAL_STAGE;
    }
}
