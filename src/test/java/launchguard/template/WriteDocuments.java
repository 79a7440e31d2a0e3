package launchguard.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import launchguard.prevention.ImageComponent;

/**
 * Writes the scripts of src/main/resources/launchguard into template.yaml and packaging/exposure.yaml, between the marks of each, without their comments:
 * {@code mvn -q -Pdocuments}; and the files of prevention/systemd into the image component. Nothing else of them is touched.
 */
public final class WriteDocuments {
    /** The one line before each script: it turns the document's parameters into the script's arguments. */
    static final Map<String, String> PROLOGUES = Map.of(
            "probe.sh", "set -- --wait '{{ waitSeconds }}' --deployment '{{ deploymentId }}'",
            "restart.sh", "set -- '{{ pid }}' '{{ startTicks }}' '{{ notAfter }}'",
            "redeploy.sh",
                    "set -- '{{ groupId }}' '{{ deploymentId }}' '{{ groupName }}' '{{ applicationName }}'"
                            + " '{{ pids }}' '{{ units }}' '{{ expect }}' '{{ notAfter }}'");

    /** Scripts that are written in a shorter form: as they are, the document would be longer than SSM's 64 KB. */
    private static final Set<String> SHORTENED = Set.of("probe.sh");

    /** The line that stands for what both repair scripts have in common. */
    private static final String JOIN = "# JOIN repair-lib.sh\n";

    /** The line that stands for the rule that the probe and both repair scripts have in common. */
    private static final String JOIN_RULE = "# JOIN the JDK rule of probe.sh\n";

    private static final String RULE_BEGINS = "# ---- BEGIN the JDK rule";

    private static final String RULE_ENDS = "# ---- END the JDK rule. ----\n";

    static final Path TEMPLATE = Path.of("template.yaml");

    /** Has the probe alone. */
    static final Path EXPOSURE = Path.of("packaging/exposure.yaml");

    static final Path SCRIPTS = Path.of("src/main/resources/launchguard");

    private WriteDocuments() {}

    /** Takes no arguments; runs in the project's directory. */
    public static void main(String[] arguments) throws IOException {
        write(TEMPLATE, scripts());
        write(EXPOSURE, probe());
        ImageComponent.write();
    }

    private static void write(Path file, Map<String, String> scripts) throws IOException {
        String before = Files.readString(file);
        String after = written(before, scripts);
        if (!after.equals(before)) {
            Files.writeString(file, after);
        }
        System.out.println(file + ": scripts " + (after.equals(before) ? "as they were" : "written anew"));
    }

    /** The texts of the scripts by their file names. */
    static Map<String, String> scripts() throws IOException {
        Map<String, String> scripts = new TreeMap<>();
        for (String name : PROLOGUES.keySet()) {
            scripts.put(name, source(name));
        }
        return scripts;
    }

    /** The probe's text by its file name. */
    static Map<String, String> probe() throws IOException {
        return Map.of("probe.sh", source("probe.sh"));
    }

    /** A script with all its comments, and with the lines that it shares where it names them. */
    public static String source(String name) throws IOException {
        String script = Files.readString(SCRIPTS.resolve(name));
        String shared = Files.readString(SCRIPTS.resolve("repair-lib.sh"));
        return script.replace(JOIN, shared.substring(shared.indexOf('\n') + 1)).replace(JOIN_RULE, jdkRule());
    }

    private static String jdkRule() throws IOException {
        String probe = Files.readString(SCRIPTS.resolve("probe.sh"));
        int begin = probe.indexOf(RULE_BEGINS);
        int end = probe.indexOf(RULE_ENDS);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("probe.sh lacks the marks of the JDK rule: " + RULE_BEGINS);
        }
        return probe.substring(begin, end + RULE_ENDS.length());
    }

    /** What SSM gets to run for a script, behind its one line of arguments. */
    public static String written(String name) throws IOException {
        return written(name, source(name), "");
    }

    private static String written(String name, String script, String before) {
        return before + (SHORTENED.contains(name) ? shortened(script) : withoutComments(script));
    }

    /** The script without lines that are comments and nothing else, but for the first, which names the shell. */
    private static String withoutComments(String script) {
        return "#!/bin/sh\n"
                + script.lines()
                        .filter(line -> !line.strip().startsWith("#"))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                        .replaceAll("\n{3,}", "\n\n");
    }

    /** What SSM gets to run for a script, whole. */
    static String documentText(String name, String script) {
        String prologue = PROLOGUES.get(name);
        if (prologue == null) {
            throw new IllegalArgumentException("no document for " + name);
        }
        return written(name, script, prologue + "\n");
    }

    /**
     * The script without blank lines, indentation, and lines that are comments, which its awk programs have in the same
     * form; its names are short. The line that names the shell stays, and one says where to read it.
     */
    static String shortened(String script) {
        StringBuilder kept = new StringBuilder();
        script.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(line -> kept.append(line).append('\n'));
        return "#!/bin/sh\n# Shortened by machine: read probe.sh in the source.\n"
                + ShortScript.shortened(kept.toString());
    }

    /** The template with each script between its marks. */
    static String written(String template, Map<String, String> scripts) {
        String text = template;
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            text = between(text, script.getKey(), documentText(script.getKey(), script.getValue()));
        }
        return text;
    }

    private static String between(String template, String name, String text) {
        String beginMark = "# BEGIN " + name + "\n";
        String endMark = "# END " + name + "\n";
        int begin = template.indexOf(beginMark);
        int end = template.indexOf(endMark);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the template lacks the marks of " + name);
        }
        int bodyStart = begin + beginMark.length();
        int bodyEnd = template.lastIndexOf('\n', end) + 1;
        String margin = " ".repeat(end - bodyEnd);
        StringBuilder block = new StringBuilder(margin).append("- |\n");
        text.lines()
                .forEach(line ->
                        block.append(line.isEmpty() ? "" : margin + "  " + line).append('\n'));
        return template.substring(0, bodyStart) + block + template.substring(bodyEnd);
    }
}
