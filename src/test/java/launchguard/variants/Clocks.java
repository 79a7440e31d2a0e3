package launchguard.variants;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every clock of a root, moved by the same time. */
final class Clocks {
    private static final long NEAR = 30 * 24 * 3600L;

    private static final Pattern STAMP = Pattern.compile(
            // Seconds since 1970, as numbers of their own.
            "(?<epoch>(?<![\\d.:-])1[4-9]\\d{8}(?:\\.\\d+)?(?![\\d:-]))"
                    // [Wed ]2026-11-25 03:30:01, with T or two blanks between, or slashes in the date.
                    + "|(?:(?<isoDay>[A-Z][a-z]{2}) )?(?<iso>\\d{4}[-/]\\d\\d[-/]\\d\\d[ T]{1,2}\\d\\d:\\d\\d:\\d\\d)"
                    // Wed, 25 Nov 2026 03:20:02
                    + "|(?<rfc>[A-Z][a-z]{2}, \\d\\d? [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d)"
                    // Nov 25 03:20:02, as syslog and yum write it
                    + "|(?<syslog>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d)");

    private Clocks() {}

    static void shift(ChangedRoot root, long seconds) throws IOException {
        var booted = root.bootedAt();
        for (var file : root.files("")) {
            if (!file.equals("times.tsv") && !file.matches("proc/\\d+/.*")) {
                var text = root.read(file);
                var moved = shiftAll(text, seconds, booted);
                if (!moved.equals(text)) {
                    root.write(file, moved);
                }
            }
        }
        root.shiftTimes(seconds);
    }

    private static String shiftAll(String text, long seconds, long booted) {
        return shift(text, seconds, booted, true);
    }

    /** Only the stamps that people read, as another zone writes them. */
    static String shiftStamps(String text, long seconds, long booted) {
        return shift(text, seconds, booted, false);
    }

    private static String shift(String text, long seconds, long booted, boolean numbers) {
        return STAMP.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(moved((Matcher) found, seconds, booted, numbers)));
    }

    private static String moved(Matcher found, long seconds, long booted, boolean numbers) {
        var text = found.group();
        if (found.group("epoch") != null) {
            var value = new BigDecimal(text);
            var near = Math.abs(value.longValue() - booted) < NEAR;
            return numbers && near ? value.add(BigDecimal.valueOf(seconds)).toPlainString() : text;
        }
        if (found.group("rfc") != null) {
            return by("EEE, dd MMM uuuu HH:mm:ss", text, seconds);
        }
        if (found.group("syslog") != null) {
            var year = Instant.ofEpochSecond(booted).atOffset(ZoneOffset.UTC).getYear();
            var moved = LocalDateTime.parse(
                            year + " " + text.replaceAll(" +", " "),
                            DateTimeFormatter.ofPattern("uuuu MMM d HH:mm:ss", Locale.ENGLISH))
                    .plusSeconds(seconds);
            return moved.format(DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH));
        }
        var iso = found.group("iso");
        var time = LocalDateTime.parse(iso.substring(0, 10).replace('/', '-') + "T" + iso.substring(iso.length() - 8));
        if (Math.abs(time.toEpochSecond(ZoneOffset.UTC) - booted) > NEAR) {
            return text;
        }
        var between = iso.substring(10, iso.length() - 8);
        var slash = iso.charAt(4) == '/' ? "uuuu/MM/dd" : "uuuu-MM-dd";
        var moved = time.plusSeconds(seconds);
        var day =
                found.group("isoDay") == null ? "" : moved.format(DateTimeFormatter.ofPattern("EEE ", Locale.ENGLISH));
        return day
                + moved.format(DateTimeFormatter.ofPattern(slash, Locale.ENGLISH))
                + between
                + moved.format(DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH));
    }

    private static String by(String pattern, String text, long seconds) {
        var parsed = LocalDateTime.parse(
                text.substring(5), DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss", Locale.ENGLISH));
        return parsed.plusSeconds(seconds).format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }
}
