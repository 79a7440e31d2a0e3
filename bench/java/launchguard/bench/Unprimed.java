package launchguard.bench;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import launchguard.LaunchGuardFunction;
import launchguard.aws.Clients;
import launchguard.aws.WorkerPool;
import launchguard.settings.Settings;

/** Launch Guard without priming: everything is created when the first event needs it. */
public final class Unprimed implements RequestStreamHandler {
    private final LaunchGuardFunction function = new LaunchGuardFunction(
            Settings.from(System.getenv()),
            Clients.fromEnvironment(),
            InstantSource.system(),
            time -> Thread.sleep(time),
            System.out,
            new WorkerPool());

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        function.handleRequest(input, output, context);
    }
}
