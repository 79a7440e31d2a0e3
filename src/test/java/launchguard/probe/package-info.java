/** Tests of the package of this name. */
@NullMarked
package launchguard.probe;

import org.jspecify.annotations.NullMarked;
