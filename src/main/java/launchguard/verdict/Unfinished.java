package launchguard.verdict;

/** What an instance has not finished yet, so that a verdict must wait for it. */
public enum Unfinished {
    /** cloud-init. */
    CLOUD_INIT,
    /** The deployment. */
    DEPLOYMENT,
    /** A package manager that was at work. */
    PACKAGE_MANAGER
}
