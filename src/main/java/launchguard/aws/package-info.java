/** Adapters: every call to AWS, and every error of AWS. */
@NullMarked
package launchguard.aws;

import org.jspecify.annotations.NullMarked;
