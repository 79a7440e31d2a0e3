/** The command line: the same rooms, asked from a terminal. */
@NullMarked
package launchguard.cli;

import org.jspecify.annotations.NullMarked;
