/** The command line. */
@NullMarked
package launchguard.cli;

import org.jspecify.annotations.NullMarked;
