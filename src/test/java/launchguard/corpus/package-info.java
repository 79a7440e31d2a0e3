/** The recorded instances, as tests use them. */
@NullMarked
package launchguard.corpus;

import org.jspecify.annotations.NullMarked;
