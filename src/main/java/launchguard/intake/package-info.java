/** Decides whether an instance is ours, and opens or finds its case. */
@NullMarked
package launchguard.intake;

import org.jspecify.annotations.NullMarked;
