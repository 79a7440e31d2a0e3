package launchguard.verdict;

/** What has not finished. */
public enum Unfinished {
    /** cloud-init. */
    CLOUD_INIT,
    /** The deployment. */
    DEPLOYMENT,
    /** A package manager that was at work. */
    PACKAGE_MANAGER
}
