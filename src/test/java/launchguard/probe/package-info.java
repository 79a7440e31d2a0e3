/** Tests of the room of this name. */
@NullMarked
package launchguard.probe;

import org.jspecify.annotations.NullMarked;
