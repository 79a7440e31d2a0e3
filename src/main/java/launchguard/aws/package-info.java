/** Every call to AWS and every error that AWS answers with. */
@NullMarked
package launchguard.aws;

import org.jspecify.annotations.NullMarked;
