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

    static List<Reservation> open(List<Reservation> reservations, Instant now) {
        return reservations.stream()
                .filter(reservation -> reservation.open(now))
                .toList();
    }

    static List<Reservation> with(List<Reservation> reservations, Reservation own) {
        List<Reservation> more = new ArrayList<>(without(reservations, own.caseId()));
        more.add(own);
        return more;
    }

    static List<Reservation> without(List<Reservation> reservations, CaseId own) {
        return reservations.stream()
                .filter(reservation -> !reservation.caseId().equals(own))
                .toList();
    }
}
