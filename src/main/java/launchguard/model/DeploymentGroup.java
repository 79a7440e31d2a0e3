package launchguard.model;

import java.util.regex.Pattern;

/**
 * A CodeDeploy deployment group, by its id on the instance and its names in the API.
 *
 * @param application name of the CodeDeploy application
 * @param name name of the deployment group
 * @param id the group's id, which names its folder on the instance
 */
public record DeploymentGroup(String application, String name, String id) {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,100}");
    // https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
    private static final Pattern FITS_A_DOCUMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+=,@-]{0,99}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");

    /** Refuses what could not be a name; an id is a folder's name on the instance, so it holds no dot or slash. */
    public DeploymentGroup {
        Validation.matches("CodeDeploy application", application, NAME, "1 to 100 printable characters");
        Validation.matches("deployment group", name, NAME, "1 to 100 printable characters");
        Validation.matches("deployment group id", id, ID, "letters, digits and -");
    }

    /** Whether both names may be parameters of a document: odd ones are refused there, never quoted around. */
    public boolean fitsDocument() {
        return FITS_A_DOCUMENT.matcher(application).matches()
                && FITS_A_DOCUMENT.matcher(name).matches();
    }
}
