package launchguard.prevention;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The EC2 Image Builder component with the files of prevention/systemd in it, since Image Builder takes one document only. */
public final class ImageComponent {
    static final Path FILE = Path.of("prevention/image/component.yaml");

    static final List<String> CARRIED = List.of(
            "install",
            "check",
            "10-after-cloud-init.conf",
            "codedeploy-agent-without-cloud-init.service",
            "codedeploy-agent-order.path",
            "codedeploy-agent-order.service");

    private static final String BEGIN = "# FILES\n";
    private static final String END = "# END OF FILES\n";

    private ImageComponent() {}

    /** Writes the files into the component anew; nothing else of it is touched. */
    public static void write() throws IOException {
        var before = Files.readString(FILE);
        var after = written(before);
        if (!after.equals(before)) {
            Files.writeString(FILE, after);
        }
        System.out.println(FILE + ": files " + (after.equals(before) ? "as they were" : "written anew"));
    }

    static String written(String component) throws IOException {
        var begin = component.indexOf(BEGIN) + BEGIN.length();
        var end = component.indexOf(END);
        var indent = component.substring(component.lastIndexOf('\n', end) + 1, end);
        var files = new StringBuilder();
        for (var name : CARRIED) {
            files.append("cat >").append(name).append(" <<'END OF FILE'\n");
            files.append(Files.readString(Path.of("prevention/systemd", name)));
            files.append("END OF FILE\n");
        }
        return component.substring(0, begin)
                + files.toString().replaceAll("(?m)^(?=.)", indent)
                + indent
                + component.substring(end);
    }
}
