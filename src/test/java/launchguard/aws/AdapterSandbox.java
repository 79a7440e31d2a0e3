package launchguard.aws;

import launchguard.sandbox.Functions;
import launchguard.sandbox.Sandbox;

/** The adapters with the function's own clients, in a sandbox, where nobody waits before a call is tried again. */
final class AdapterSandbox {
    private AdapterSandbox() {}

    static Clients clients(Sandbox aws) {
        return Functions.unbound(aws);
    }
}
