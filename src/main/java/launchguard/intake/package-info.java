/** Whether a signal is about an instance that is ours, and how its case is opened or found. */
@NullMarked
package launchguard.intake;

import org.jspecify.annotations.NullMarked;
