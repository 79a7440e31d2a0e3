package launchguard.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has used so far, by Linux's and the JVM's counters. */
public final class Figures {
    private static final Pattern CLASSES = Pattern.compile("(?m)^Total = \\d+\\s+(\\d+)");
    /** The kernel's tick, in all common builds. */
    private static final int TICK_MILLIS = 10;

    private Figures() {}

    /** Processor time of all its threads, in milliseconds, to ten. */
    public static long cpuMillis(ProcessHandle process) {
        String stat = read("stat", process);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MILLIS;
    }

    /** The most memory that it has had at once, in megabytes. */
    public static double peakMegabytes(ProcessHandle process) {
        return read("status", process)
                        .lines()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1000.0;
    }

    /** How many classes are loaded; asks the JVM, which costs it something: last of all. */
    public static long classes(ProcessHandle process) {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                            String.valueOf(process.pid()),
                            "VM.classloader_stats")
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher total = CLASSES.matcher(printed);
            if (!total.find()) {
                throw new IllegalStateException("jcmd said: " + printed);
            }
            return Long.parseLong(total.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String file, ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
