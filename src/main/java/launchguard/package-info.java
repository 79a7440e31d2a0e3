/** The function: its entry, its settings, and the order of steps. */
@NullMarked
package launchguard;

import org.jspecify.annotations.NullMarked;
