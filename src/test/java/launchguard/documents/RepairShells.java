package launchguard.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import launchguard.Thorough;
import launchguard.probe.Shell;

/**
 * The shells that the repair scripts are tested with: that of Amazon Linux and RHEL in each build, the others with -Pthorough.
 * What this machine lacks is named. posh is none of them: it can't parse redeploy.sh.
 */
final class RepairShells {
    private static final List<String> WANTED = Thorough.RUN ? List.of("dash", "busybox sh", "mksh") : List.of("bash");

    private static final List<String> HERE = installed();

    private RepairShells() {}

    static Stream<String> here() {
        return HERE.stream();
    }

    private static List<String> installed() {
        List<String> here = new ArrayList<>();
        for (String shell : WANTED) {
            if (Shell.find(shell.replaceAll(" .*", "")) != null) {
                here.add(shell);
            } else {
                System.out.println("NOT RUN: the repair scripts under " + shell + ", which is not installed");
            }
        }
        return here.isEmpty() ? List.of("sh") : List.copyOf(here);
    }
}
