/** The order of steps: what a signal sets going, and what a case does next. */
@NullMarked
package launchguard.flow;

import org.jspecify.annotations.NullMarked;
