package launchguard.accuracy;

import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.HangGuard;
import launchguard.accuracy.Scenario.Source;
import launchguard.probe.JdkFiles;
import launchguard.probe.Shell;
import launchguard.verdict.VerdictName;

/**
 * JVMs whose JDK is a package, upgraded by the package manager itself below a root of its own. The packages have the
 * names, versions and directories of the systems; their files are those of a JDK on this machine.
 */
final class PackageScenarios {
    private static final int JDK = 17;

    private PackageScenarios() {}

    /**
     * One version of a package.
     *
     * @param version rpm: epoch-less version and release with a dash; dpkg: its version
     * @param home its directory; empty for a package without a JDK
     */
    private record Delivery(String name, String version, String home) {}

    static Stream<Scenario> all() {
        var openjdk = "java-17-openjdk-headless";
        var versioned = "usr/lib/jvm/java-17-openjdk-";
        // The name and directory of JDK 8; what runs in it is this machine's JDK.
        var eight = "usr/lib/jvm/java-1.8.0-openjdk-";
        var corretto = "usr/lib/jvm/java-17-amazon-corretto.x86_64";
        var debian = "usr/lib/jvm/java-17-openjdk-amd64";
        return Stream.of(
                rpm(
                        "rpm-versioned",
                        "RHEL 9",
                        "rpm -U removes the versioned directory",
                        STALE_JDK,
                        new Delivery(openjdk, "17.0.2.0.8-13.el9", versioned + "17.0.2.0.8-13.el9.x86_64"),
                        new Delivery(openjdk, "17.0.12.0.7-2.el9", versioned + "17.0.12.0.7-2.el9.x86_64")),
                rpm(
                        "rpm-java-8",
                        "Amazon Linux 2",
                        "rpm -U removes JDK 8's versioned directory",
                        STALE_JDK,
                        new Delivery(
                                "java-1.8.0-openjdk-headless",
                                "1.8.0.312.b07-1.amzn2.0.2",
                                eight + "1.8.0.312.b07-1.amzn2.0.2.x86_64"),
                        new Delivery(
                                "java-1.8.0-openjdk-headless",
                                "1.8.0.402.b08-1.amzn2.0.1",
                                eight + "1.8.0.402.b08-1.amzn2.0.1.x86_64")),
                rpm(
                        "rpm-in-place",
                        "Amazon Linux 2023",
                        "rpm -U replaces Corretto in place",
                        STALE_JDK,
                        new Delivery("java-17-amazon-corretto-headless", "17.0.2+8-1.amzn2023.1", corretto),
                        new Delivery("java-17-amazon-corretto-headless", "17.0.12+7-1.amzn2023.1", corretto)),
                rpm(
                        "rpm-other-package",
                        "RHEL 9",
                        "rpm -U upgrades another package",
                        LUCKY_RACE,
                        new Delivery(openjdk, "17.0.2.0.8-13.el9", versioned + "17.0.2.0.8-13.el9.x86_64"),
                        new Delivery("glibc-all-langpacks", "2.34-100.el9", "")),
                dpkg(
                        "dpkg-in-place",
                        "dpkg replaces the JDK in place",
                        STALE_JDK,
                        new Delivery("openjdk-17-jre-headless", "17.0.2+8-1", debian),
                        new Delivery("openjdk-17-jre-headless", "17.0.12+7-1", debian)),
                dpkg(
                        "dpkg-other-package",
                        "dpkg upgrades another package",
                        LUCKY_RACE,
                        new Delivery("openjdk-17-jre-headless", "17.0.2+8-1", debian),
                        new Delivery("tzdata", "2026a-1", "")));
    }

    @FunctionalInterface
    private interface Installer {
        void install(Path directory, Delivery what) throws Exception;
    }

    private static Scenario rpm(
            String name, String system, String about, VerdictName truth, Delivery before, Delivery after) {
        return upgraded(
                name, system, about, truth, List.of("rpm", "rpmbuild"), PackageScenarios::rpmInstall, before, after);
    }

    private static Scenario dpkg(String name, String about, VerdictName truth, Delivery before, Delivery after) {
        return upgraded(
                name,
                "Debian 12",
                about,
                truth,
                List.of("dpkg", "dpkg-deb", "dpkg-query"),
                PackageScenarios::dpkgInstall,
                before,
                after);
    }

    private static Scenario upgraded(
            String name,
            String system,
            String about,
            VerdictName truth,
            List<String> tools,
            Installer installer,
            Delivery before,
            Delivery after) {
        return new Scenario(name, Source.PACKAGE, system, about, Set.of(truth), missing(tools), directory -> {
            var root = Files.createDirectories(directory.toRealPath().resolve("root"));
            installer.install(directory, before);
            try (var jvm = RunningJdk.start(root.resolve(before.home()), directory)) {
                installer.install(directory, after);
                return jvm.inARace(
                        Map.of("LAUNCH_GUARD_ROOT", "", "PATH", toolsBelow(directory) + ":" + System.getenv("PATH")));
            }
        });
    }

    private static List<String> missing(List<String> tools) {
        var missing = new ArrayList<>(
                tools.stream().filter(tool -> Shell.find(tool) == null).toList());
        if (RunningJdk.installed(JDK) == null) {
            missing.add("JDK " + JDK);
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root (the package managers change their root)");
        }
        return missing;
    }

    /** The package managers as the probe finds them, asking the database of this root. */
    private static Path toolsBelow(Path directory) throws IOException {
        var bin = Files.createDirectories(directory.resolve("bin"));
        var root = directory.toRealPath().resolve("root");
        tool(bin.resolve("rpm"), "exec \"" + Shell.find("rpm") + "\" --root '" + root + "' \"$@\"\n");
        tool(
                bin.resolve("dpkg-query"),
                "shift\nexec \"" + Shell.find("dpkg-query") + "\" --admindir='" + root + "/var/lib/dpkg' \"$@\"\n");
        return bin;
    }

    private static void tool(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " can't be made executable");
        }
    }

    /** A folder that holds what the package installs. */
    private static Path payload(Path directory, Delivery what) throws IOException {
        var payload = directory.resolve("payload-" + what.name() + "-" + what.version());
        var source = RunningJdk.installed(JDK);
        if (source == null || what.home().isEmpty()) {
            var file = payload.resolve("usr/share/" + what.name() + "/data");
            Files.createDirectories(file.getParent());
            Files.writeString(file, what.version());
        } else {
            JdkFiles.copy(source, payload.resolve(what.home()));
        }
        return payload;
    }

    private static void rpmInstall(Path directory, Delivery what) throws Exception {
        var payload = payload(directory, what);
        var dash = what.version().lastIndexOf('-');
        var spec = directory.resolve(what.name() + ".spec");
        Files.writeString(spec, """
                Name: %s
                Epoch: 1
                Version: %s
                Release: %s
                Summary: for a test
                License: none
                AutoReqProv: no
                %%description
                For a test.
                %%install
                mkdir -p %%{buildroot}
                cp -a %s/. %%{buildroot}/
                %%files
                /usr
                """.formatted(
                what.name(), what.version().substring(0, dash), what.version().substring(dash + 1), payload));
        run(
                directory,
                "rpmbuild",
                "-bb",
                "--quiet",
                "--target",
                "x86_64",
                "--define",
                "_topdir " + directory + "/rpmbuild",
                "--define",
                "_binary_payload w0.gzdio",
                "--define",
                "__os_install_post %{nil}",
                "--define",
                "debug_package %{nil}",
                "--define",
                "_build_id_links none",
                spec.toString());
        var built = directory.resolve("rpmbuild/RPMS/x86_64/" + what.name() + "-" + what.version() + ".x86_64.rpm");
        run(
                directory,
                "rpm",
                "--root",
                directory.toRealPath().resolve("root").toString(),
                "--nodeps",
                "--nosignature",
                "-U",
                built.toString());
        RunningJdk.delete(payload);
    }

    private static void dpkgInstall(Path directory, Delivery what) throws Exception {
        var payload = payload(directory, what);
        var control = Files.createDirectories(payload.resolve("DEBIAN"));
        Files.writeString(
                control.resolve("control"),
                "Package: " + what.name() + "\nVersion: " + what.version()
                        + "\nArchitecture: amd64\nMaintainer: nobody <nobody@example.org>\nDescription: for a test\n");
        var root = directory.toRealPath().resolve("root");
        for (var folder : List.of("info", "updates", "triggers")) {
            Files.createDirectories(root.resolve("var/lib/dpkg/" + folder));
        }
        var status = root.resolve("var/lib/dpkg/status");
        if (!Files.exists(status)) {
            Files.writeString(status, "");
        }
        var file = directory.resolve(what.name() + ".deb");
        run(directory, "dpkg-deb", "--root-owner-group", "-Znone", "--build", payload.toString(), file.toString());
        run(directory, "dpkg", "--root=" + root, "--force-depends", "--force-unsafe-io", "-i", file.toString());
        RunningJdk.delete(payload);
    }

    private static void run(Path directory, String... command) throws Exception {
        var log = directory.resolve("log-" + command[0]);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (HangGuard.exit(process) != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + Files.readString(log));
        }
    }
}
