package launchguard.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an instance boots from. */
@FunctionalInterface
public interface Image {
    /** Boots nothing: the instance stays Pending, and SSM never knows it. */
    Image NONE = boot -> null;

    /** Boots an empty file system on which scripts can run; nothing is deployed. */
    Image EMPTY = boot -> {
        Files.createDirectories(boot.folder().resolve("proc"));
        Files.writeString(
                boot.folder().resolve("proc/stat"), "btime " + boot.at().getEpochSecond() + "\n");
        return new InstanceRoot(boot.folder(), boot.at(), boot.at());
    };

    /** Boots a recorded instance of the corpus, with its times and ids made this instance's own. */
    static Image recorded(String scenario) {
        return new RecordedImage(scenario);
    }

    /** Makes the file system; null where nothing boots. */
    @Nullable
    InstanceRoot unpack(Boot boot) throws IOException;

    /**
     * A boot.
     *
     * @param folder an empty folder for the root
     * @param instanceId of the instance that boots
     * @param deploymentId of the deployment that Auto Scaling will ask CodeDeploy for
     * @param at when the kernel starts, in whole seconds
     */
    record Boot(Path folder, String instanceId, String deploymentId, Instant at) {}
}
