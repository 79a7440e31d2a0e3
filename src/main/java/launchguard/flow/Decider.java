package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import launchguard.aws.Timers;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.guard.Action;
import launchguard.guard.Decision;
import launchguard.guard.Guard;
import launchguard.guard.Ledger;
import launchguard.guard.Refusal;
import launchguard.guard.Situation;
import launchguard.model.DeploymentGroup;
import launchguard.report.Wording;
import launchguard.verdict.Verdict;

/** Asks the guard what a verdict leads to, and stores the answer as the case's next step. */
final class Decider {
    /** A remedy that was decided and perhaps never sent is looked for after this; AWS's lists are eventually consistent. */
    static final Duration INTENT_TIMER = Duration.ofSeconds(90);

    private final Rooms rooms;
    private final Circumstances circumstances;

    Decider(Rooms rooms) {
        this.rooms = rooms;
        this.circumstances = new Circumstances(rooms);
    }

    /** Stores what the verdict leads to; an action is stored as intended, not done. */
    Case decide(Case one, Verdict verdict) {
        Instant now = rooms.now();
        Finding finding = new Finding(
                verdict.name().name(),
                verdict.race().marginSeconds(),
                verdict.race().uncertain(),
                Wording.reason(verdict),
                one.finding().action(),
                one.finding().refusal());
        Situation alone =
                new Situation(one.id(), verdict, one.history(), rooms.settings().limits(), one.deploymentGroup(), now);
        Decision decision = Guard.settled(alone).orElse(null);
        if (decision != null) {
            return carryOut(decision, one.change().finding(finding), now);
        }
        DeploymentGroup group = circumstances.deploymentGroup(one, verdict);
        Situation situation =
                new Situation(one.id(), verdict, one.history(), rooms.settings().limits(), group, now);
        Ledger ledger = circumstances.ledger(one, now);
        return carryOut(
                Guard.decide(situation, circumstances.group(one, group), ledger),
                one.change()
                        .finding(finding)
                        .deployment(one.deployment(), group == null ? one.deploymentGroup() : group),
                now);
    }

    private Case carryOut(Decision decision, CaseChange change, Instant now) {
        Case one = change.done();
        return switch (decision) {
            case Decision.Close close ->
                end(one, close.repaired() ? Status.REPAIRED : Status.CLOSED, withoutRefusal(one));
            case Decision.Gone ignored ->
                end(
                        one,
                        Status.CLOSED,
                        withoutRefusal(one).because("The instance is leaving its group: nothing is left to repair."));
            case Decision.AskAgain again -> ask(one.change().finding(withoutRefusal(one)), again.after(), now);
            case Decision.TellAndAskAgain again -> {
                if (!one.told()) {
                    rooms.teller().stuck(now, one);
                }
                yield ask(one.change().finding(withoutRefusal(one)).told(), again.after(), now);
            }
            case Decision.GiveUp ignored ->
                end(one, one.attempts().isEmpty() ? Status.UNRESOLVED : Status.ESCALATED, withoutRefusal(one));
            case Decision.Report report ->
                end(
                        one,
                        Status.REPORTED,
                        withoutRefusal(one)
                                .because(one.finding().reason() + " Only reported: " + report.reason() + "."));
            case Decision.RefuseForNow refused -> refuse(one, refused, now);
            case Decision.Refuse refused ->
                end(
                        one,
                        refused.refusal().name() == Refusal.Name.REPORT_ONLY ? Status.REPORTED : Status.REFUSED,
                        held(one, refused.refusal()));
            case Decision.Escalate escalated -> end(one, Status.ESCALATED, held(one, escalated.refusal()));
            case Decision.Act act -> intend(one, act, now);
            case Decision.Join join -> join(one, join, now);
        };
    }

    /** Waits for the deployment of the whole group that another case began; until it has a name, asks again. */
    private Case join(Case one, Decision.Join join, Instant now) {
        if (join.deployment().deployment() == null) {
            return ask(one.change(), INTENT_TIMER, now);
        }
        rooms.timers().ring(one.id(), Timers.LONGEST);
        return rooms.store()
                .save(one.change()
                        .finding(one.finding().acting(word(join.action())))
                        .step(
                                new Deploying(
                                        join.action(),
                                        one.nextAttempt(),
                                        join.deployment().deployment(),
                                        now),
                                now.plus(Timers.LONGEST))
                        .noted(
                                now,
                                "waits for the group's deployment "
                                        + join.deployment().deployment())
                        .done());
    }

    private Case intend(Case one, Decision.Act act, Instant now) {
        rooms.timers().ring(one.id(), INTENT_TIMER);
        Case intended = one.change()
                .finding(one.finding().acting(word(act.action())))
                .step(new Intended(act.action(), one.nextAttempt(), now, null), now.plus(INTENT_TIMER))
                .noted(now, "decided: " + word(act.action()))
                .done();
        return rooms.store()
                .save(
                        intended,
                        act.ledger().tidied(now, rooms.settings().limits().replacementWindow()));
    }

    private Case refuse(Case one, Decision.RefuseForNow refused, Instant now) {
        String name = refused.refusal().name().name();
        boolean again = name.equals(one.finding().refusal());
        Case held = one.change().finding(held(one, refused.refusal())).done();
        if (!again) {
            rooms.teller().refused(now, held);
        }
        return ask(again ? held.change() : held.change().noted(now, "refused for now: " + name), refused.after(), now);
    }

    private Case ask(CaseChange change, Duration after, Instant now) {
        Case one = change.done();
        rooms.timers().ring(one.id(), after);
        Case asked = rooms.store()
                .save(one.change()
                        .step(new ToProbe(now.plus(after)), now.plus(after))
                        .askedAgain()
                        .noted(now, "asks again in " + after)
                        .done());
        rooms.teller().step(now, asked, "asks again in " + after);
        return asked;
    }

    /** Ends a case; its claim on the group, if it had one, ends with it in the same write. */
    Case end(Case one, Status status, Finding finding) {
        Instant now = rooms.now();
        Case ended = one.change()
                .finding(finding)
                .ended(status, now)
                .noted(now, "ended: " + status)
                .done();
        if (finding.refusal() != null && !finding.refusal().equals(one.finding().refusal())) {
            rooms.teller().refused(now, ended);
        }
        rooms.teller().ended(now, ended);
        boolean claims = !one.attempts().isEmpty() || one.finding().action() != null;
        return claims
                ? rooms.store().save(ended, rooms.store().ledger(one.group()).release(one.id()))
                : rooms.store().save(ended);
    }

    private static Finding held(Case one, Refusal refusal) {
        return one.finding()
                .refused(refusal.name().name(), one.finding().reason() + " Not acted on: " + refusal.reason() + ".");
    }

    private static Finding withoutRefusal(Case one) {
        Finding finding = one.finding();
        return new Finding(
                finding.verdict(),
                finding.marginSeconds(),
                finding.marginUncertain(),
                finding.reason(),
                finding.action(),
                null);
    }

    static String word(Action action) {
        return action.rung().name().toLowerCase(Locale.ROOT);
    }
}
