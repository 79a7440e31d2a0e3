package launchguard.sandbox;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Moves every point in time that a recorded file names, so that an instance recorded once can boot at any time. */
final class TimeShift {
    private static final int YEAR = 2026;
    private static final int MONTH = 11;
    private static final String CLOCK = "(\\d\\d:\\d\\d:\\d\\d)";
    private static final String DAY_NAME = "(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(,? ))?";
    // Each begins with the letters that can begin it: the files are long, and hardly a letter is one of them.
    private static final Pattern EPOCH = Pattern.compile("(?=1)\\b1795\\d{6}\\b");
    private static final Pattern ISO =
            Pattern.compile("(?=[FMSTW2])" + DAY_NAME + "\\b" + YEAR + "-" + MONTH + "-(\\d\\d)([ T])" + CLOCK);
    private static final Pattern LETTER =
            Pattern.compile("(?=[FMSTW\\d])" + DAY_NAME + "\\b(\\d\\d) Nov " + YEAR + " " + CLOCK);
    private static final Pattern SYSLOG = Pattern.compile(
            "(?=[FMSTWN])" + DAY_NAME + "\\bNov ([ \\d]\\d) " + CLOCK + "( (?:[A-Z]{3} )?" + YEAR + ")?");
    private final Duration by;

    TimeShift(Duration by) {
        this.by = by;
    }

    String text(String text) {
        String shifted =
                replace(EPOCH, "1795", text, found -> String.valueOf(Long.parseLong(found.group()) + by.toSeconds()));
        shifted = replace(ISO, YEAR + "-" + MONTH, shifted, this::iso);
        shifted = replace(LETTER, " Nov " + YEAR, shifted, this::letter);
        return replace(SYSLOG, "Nov ", shifted, this::syslog);
    }

    /** {@code part} is in all that the pattern finds. */
    private static String replace(Pattern pattern, String part, String text, Function<MatchResult, String> by) {
        return text.contains(part) ? pattern.matcher(text).replaceAll(by) : text;
    }

    private String iso(MatchResult found) {
        LocalDateTime time = moved(found.group(3), found.group(5));
        return dayName(found, time) + time.toLocalDate() + found.group(4) + clock(time);
    }

    private String letter(MatchResult found) {
        LocalDateTime time = moved(found.group(3), found.group(4));
        return dayName(found, time) + "%02d ".formatted(time.getDayOfMonth()) + month(time) + " " + time.getYear() + " "
                + clock(time);
    }

    private String syslog(MatchResult found) {
        LocalDateTime time = moved(found.group(3).strip(), found.group(4));
        String year = orEmpty(found.group(5)).replace(String.valueOf(YEAR), String.valueOf(time.getYear()));
        return dayName(found, time) + month(time) + " %2d ".formatted(time.getDayOfMonth()) + clock(time) + year;
    }

    private LocalDateTime moved(String day, String clock) {
        return LocalDate.of(YEAR, MONTH, Integer.parseInt(day))
                .atTime(LocalTime.parse(clock))
                .plus(by);
    }

    private static String dayName(MatchResult found, LocalDateTime time) {
        return found.group(1) == null
                ? ""
                : time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + found.group(2);
    }

    private static String month(LocalDateTime time) {
        return time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    private static String clock(LocalDateTime time) {
        return List.of(time.getHour(), time.getMinute(), time.getSecond()).stream()
                .map("%02d"::formatted)
                .reduce((left, right) -> left + ":" + right)
                .orElseThrow();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
