package launchguard.documents;

import static launchguard.documents.RepairedInstance.GROUP;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Gives each test an instance of its own whose launch raced: process 184 is the deployment's stale JVM. */
abstract class RacedInstanceFixture {
    /** The arguments of redeploy.sh for that JVM. */
    static final String[] REDEPLOY = {GROUP, "d-4XAMPLE01", "prod", "rest-api", "184:1075", "stale"};

    @TempDir
    @SuppressWarnings("NullAway.Init")
    protected Path folder;

    @SuppressWarnings("NullAway.Init")
    protected RepairedInstance instance;

    @BeforeEach
    final void launch() {
        instance = RepairedInstance.of("rpm-dnf-race-jdk8-status-error", folder);
    }
}
