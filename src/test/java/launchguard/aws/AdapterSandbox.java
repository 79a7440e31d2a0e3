package launchguard.aws;

import launchguard.sandbox.Functions;
import launchguard.sandbox.Sandbox;

/** A sandbox and the function's own clients for tests of the adapters; their retries have no backoff delay. */
final class AdapterSandbox {
    private AdapterSandbox() {}

    static Clients clients(Sandbox aws) {
        return Functions.unbound(aws);
    }
}
