/** Reads bytes from outside into a signal, or an error that says what was expected. */
@NullMarked
package launchguard.signal;

import org.jspecify.annotations.NullMarked;
