/** Tests of the package of this name. */
@NullMarked
package launchguard.cli;

import org.jspecify.annotations.NullMarked;
