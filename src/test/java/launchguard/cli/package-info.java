/** Tests of the room of this name. */
@NullMarked
package launchguard.cli;

import org.jspecify.annotations.NullMarked;
