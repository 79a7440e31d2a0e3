/** Tests of the package of this name. */
@NullMarked
package launchguard.signal;

import org.jspecify.annotations.NullMarked;
