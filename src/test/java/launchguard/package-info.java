/** Tests of the whole. */
@NullMarked
package launchguard;

import org.jspecify.annotations.NullMarked;
