package launchguard.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import launchguard.probe.Evidence;
import org.jspecify.annotations.Nullable;

/** The ways to prevent the race, with their files of {@code prevention/}, which the package contains. */
public enum Cure {
    /** The agent after cloud-init, for the owner of the image. */
    SYSTEMD(
            "systemd/install",
            "systemd/install",
            "systemd/10-after-cloud-init.conf",
            "systemd/codedeploy-agent-without-cloud-init.service",
            "systemd/codedeploy-agent-order.path",
            "systemd/codedeploy-agent-order.service",
            "systemd/check"),
    /** The same, for EC2 Image Builder and Packer. */
    IMAGE("image/", "image/component.yaml", "image/agent-after-cloud-init.pkr.hcl"),
    /** The agent started by the last line of user data. */
    USER_DATA("user-data/agent-last.sh", "user-data/agent-last.sh"),
    /** The agent after cloud-init, from user data, where the image can't be changed. */
    BOOTHOOK("user-data/agent-after-cloud-init.boothook", "user-data/agent-after-cloud-init.boothook"),
    /** No upgrades at launch. */
    NO_UPGRADE("cloud-config/", "cloud-config/no-upgrade.cfg"),
    /** Upgrades without the JDK, by apt. */
    KEEP_JDK_APT("cloud-config/", "cloud-config/keep-jdk.apt"),
    /** Upgrades without the JDK, by yum or dnf. */
    KEEP_JDK_YUM("cloud-config/", "cloud-config/keep-jdk.cfg"),
    /** A deployment that waits for cloud-init, for those who own only the AppSpec. */
    BEFORE_INSTALL("before-install/wait-for-cloud-init.sh", "before-install/wait-for-cloud-init.sh"),
    /** No systemd: a section of the README instead of a file. */
    AMAZON_LINUX_1("Amazon Linux 1");

    private static final String FOLDER = "prevention/";
    private static final String GUIDE = "README.md";

    private final String heading;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> files;

    Cure(String heading, String... files) {
        this.heading = heading;
        this.files = List.of(files);
    }

    /**
     * One file of a cure.
     *
     * @param path where this project keeps it
     */
    public record File(String path, String text) {}

    /** The cure for the system that the evidence shows; for an unknown system one that needs only user data. */
    public static Cure of(@Nullable Evidence evidence) {
        if (evidence == null) {
            return USER_DATA;
        }
        String version = Objects.requireNonNullElse(evidence.host().osVersion(), "");
        if ("amzn".equalsIgnoreCase(evidence.host().os())) {
            // Amazon Linux 1 calls itself 2017.03, 2018.03 and so on; 2 and 2023 have systemd.
            return version.matches("201[0-9]\\..*") ? AMAZON_LINUX_1 : SYSTEMD;
        }
        return evidence.host().os() != null
                        || "systemd".equals(evidence.cloudInit().source())
                ? SYSTEMD
                : USER_DATA;
    }

    /** How the JDK is kept out of upgrades on that system. */
    public static Cure keepingJdk(@Nullable Evidence evidence) {
        String os = evidence == null ? null : evidence.host().os();
        return os != null && List.of("debian", "ubuntu").contains(os.toLowerCase(Locale.ROOT))
                ? KEEP_JDK_APT
                : KEEP_JDK_YUM;
    }

    /** The file to look at first, where this project keeps it. */
    public String path() {
        return files.isEmpty() ? FOLDER + GUIDE + "#amazon-linux-1" : FOLDER + files.getFirst();
    }

    /** Its files; none where there is only a section of the guide. */
    public List<File> files() {
        return files.stream().map(name -> new File(FOLDER + name, read(name))).toList();
    }

    /** Its section of the guide: what it does, when to use it, when not, how to undo it. */
    public String guide() {
        String guide = read(GUIDE);
        int begin = guide.indexOf("\n## " + heading) + 1;
        if (begin == 0) {
            throw new IllegalStateException(GUIDE + " says nothing of " + heading);
        }
        int end = guide.indexOf("\n## ", begin);
        return guide.substring(guide.indexOf('\n', begin), end < 0 ? guide.length() : end)
                .strip();
    }

    private static String read(String name) {
        try (InputStream file = Cure.class.getResourceAsStream("/launchguard/prevention/" + name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
