package launchguard.aws;

import java.util.Optional;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;

/** Recognises the errors by which CodeDeploy says that something does not exist. */
final class CodeDeployErrors {
    private CodeDeployErrors() {}

    /** Empty where the error says that what was asked about does not exist; any other error is thrown. */
    static <T> Optional<T> emptyIfNotFound(CodeDeployException fault) {
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
