/** The function. */
@NullMarked
package launchguard;

import org.jspecify.annotations.NullMarked;
