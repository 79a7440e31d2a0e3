/** Decides what may be done: pure functions of the verdict, the case so far, the group's state, limits and now. */
@NullMarked
package launchguard.guard;

import org.jspecify.annotations.NullMarked;
