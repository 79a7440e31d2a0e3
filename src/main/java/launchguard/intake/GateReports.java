package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import launchguard.aws.Groups;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Gate;
import launchguard.model.DeploymentId;
import launchguard.steps.GateHooks;
import launchguard.steps.Gatekeeper;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/** Decides what an event about a launch or its deployments changes for an instance that waits at the launch gate. */
public final class GateReports {
    private final CaseClock clock;
    private final Gatekeeper gatekeeper;
    private final GateHooks hooks;
    private final InstallationCheck installations;

    public GateReports(CaseClock clock, Gatekeeper gatekeeper, GateHooks hooks, InstallationCheck installations) {
        this.clock = clock;
        this.gatekeeper = gatekeeper;
        this.hooks = hooks;
        this.installations = installations;
    }

    /**
     * Auto Scaling reports a launch when it is in service: if the gate has not answered, its hook has timed out. A late
     * report of an earlier launch can come while the instance waits again.
     */
    Case inService(Case known, Request news, BatchLookups lookups) {
        if (news.deployment() != null || !known.held()) {
            return known;
        }
        Groups.Place place = lookups.place(known.id().instance());
        return place == null || !place.mayWait()
                ? gatekeeper.over(known, Objects.requireNonNull(known.gate()), "in service without the gate's answer")
                : known;
    }

    /**
     * Why the deployment is of an earlier boot; null if it is not. Only a later wait of an instance follows an earlier
     * boot, whose deployment may be reported late.
     */
    @Nullable
    String ofAnEarlierBoot(Case known, DeploymentId deployment) {
        Gate gate = known.gate();
        return gate != null && gate.open() && known.id().number() > 1
                ? installations.earlier(deployment, gate.heldSince())
                : null;
    }

    /**
     * The case with CodeDeploy's report of its deployment, for which the gate waits before the first probe; still to be
     * stored.
     */
    Case deployed(Case known, Request news) {
        Gate gate = known.gate();
        if (gate == null || !gate.open() || news.deployment() == null || gate.deploymentEndedAt() != null) {
            return known;
        }
        Set<DeploymentId> reported = new HashSet<>(known.reported());
        reported.add(news.deployment());
        if (!hooks.deployedAll(known.group(), reported)) {
            return known;
        }
        Instant now = clock.now();
        CaseChange change = known.change().gate(gate.deployed(Duration.between(gate.heldSince(), now), now));
        boolean waits = known.step() instanceof ToProbe && known.finding().verdict() == null;
        return (waits ? change.step(new ToProbe(now), now.plus(RecheckQueue.LONGEST)) : change).done();
    }
}
