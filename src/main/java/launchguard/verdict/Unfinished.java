package launchguard.verdict;

/** What has not finished. */
public enum Unfinished {
    /** cloud-init. */
    CLOUD_INIT,
    /** The deployment. */
    DEPLOYMENT
}
