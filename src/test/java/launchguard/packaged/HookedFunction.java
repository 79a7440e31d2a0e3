package launchguard.packaged;

import com.amazonaws.services.lambda.crac.Context;
import com.amazonaws.services.lambda.crac.Core;
import com.amazonaws.services.lambda.crac.Resource;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import launchguard.LaunchGuardFunction;

/** The function with hooks that say when they run; put into a copy of the package for one test. */
public final class HookedFunction implements RequestStreamHandler, Resource {
    private final LaunchGuardFunction function = new LaunchGuardFunction();

    /** As Lambda makes it. */
    public HookedFunction() {
        Core.getGlobalContext().register(this);
    }

    @Override
    public void handleRequest(
            InputStream input, OutputStream output, com.amazonaws.services.lambda.runtime.Context context)
            throws IOException {
        System.out.println("hooked: event");
        function.handleRequest(input, output, context);
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        System.out.println("hooked: before checkpoint");
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        System.out.println("hooked: after restore");
    }
}
