package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a deployment to the group does to one recorded instance: the same as a local one, but under the service's id. An
 * instance on which nothing was deployed before takes it without effect.
 */
final class GroupRedeployment implements DeploymentGroup.GroupDeployment {
    private static final String ROOT = "opt/codedeploy-agent/deployment-root";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private final ScriptRunner runner = ScriptRunner.replaying();

    @Override
    public boolean deploy(Instance instance, Deployment deployment) {
        InstanceRoot root = instance.root();
        Path instructions = root.path().resolve(ROOT).resolve("deployment-instructions");
        String last = deployment.group.id() + "_last_successful_install";
        if (!Files.exists(instructions.resolve(last)) || !Files.exists(localDeployment(root))) {
            return true;
        }
        String archive = root.path() + root.read(ROOT + "/deployment-instructions/" + last) + "/deployment-archive";
        String script = String.join(
                " ",
                List.of(
                        "exec '" + localDeployment(root) + "' -t directory -l '" + archive + "'",
                        "-g " + deployment.group.id() + " -d " + deployment.group.name(),
                        "-a " + deployment.group.application() + " -b OVERWRITE"));
        boolean done = runner.run(root, script, LIMIT).exitCode() == 0;
        nameAfterTheService(root, deployment);
        return done;
    }

    private static Path localDeployment(InstanceRoot root) {
        return root.path().resolve("opt/codedeploy-agent/bin/codedeploy-local");
    }

    private static void nameAfterTheService(InstanceRoot root, Deployment deployment) {
        String most = ROOT + "/deployment-instructions/" + deployment.group.id() + "_most_recent_install";
        String local = Path.of(root.read(most)).getFileName().toString();
        try (Stream<Path> files = Files.walk(root.path().resolve(ROOT))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (text.contains(local)) {
                    var time = Files.getLastModifiedTime(file);
                    Files.writeString(file, text.replace(local, deployment.id()), StandardCharsets.ISO_8859_1);
                    Files.setLastModifiedTime(file, time);
                }
            }
            Path folder = root.path().resolve(ROOT).resolve(deployment.group.id());
            Files.move(folder.resolve(local), folder.resolve(deployment.id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
