/** Tests of the room of this name. */
@NullMarked
package launchguard.signal;

import org.jspecify.annotations.NullMarked;
