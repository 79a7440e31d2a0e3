package launchguard.aws;

import java.util.Optional;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;

/** Tells what CodeDeploy does not know, or not any more, from a call that failed. */
final class UnknownToCodeDeploy {
    private UnknownToCodeDeploy() {}

    /** Empty where the error says that what was asked about does not exist; any other error is thrown. */
    static <T> Optional<T> absent(CodeDeployException fault) {
        boolean unknown = Call.code(
                fault,
                "ApplicationDoesNotExistException",
                "DeploymentGroupDoesNotExistException",
                "InstanceDoesNotExistException",
                "DeploymentDoesNotExistException",
                "DeploymentTargetDoesNotExistException",
                "DeploymentNotStartedException",
                "InvalidDeploymentIdException",
                "InvalidDeploymentTargetIdException",
                "InvalidTargetException");
        if (unknown) {
            return Optional.empty();
        }
        throw fault;
    }
}
