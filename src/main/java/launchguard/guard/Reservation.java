package launchguard.guard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.model.CaseId;

/** A case's reservation, which expires: a crash must not hold it without end. */
public record Reservation(CaseId caseId, Instant expires) {

    boolean open(Instant now) {
        return expires.isAfter(now);
    }

    static List<Reservation> open(List<Reservation> claims, Instant now) {
        return claims.stream().filter(claim -> claim.open(now)).toList();
    }

    static List<Reservation> with(List<Reservation> claims, Reservation own) {
        List<Reservation> more = new ArrayList<>(without(claims, own.caseId()));
        more.add(own);
        return more;
    }

    static List<Reservation> without(List<Reservation> claims, CaseId own) {
        return claims.stream().filter(claim -> !claim.caseId().equals(own)).toList();
    }
}
