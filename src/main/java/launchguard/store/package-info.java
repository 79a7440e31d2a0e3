/** Stores a step first, then its timer; one writer to a budget; repeats work that lost a conditional write. */
@NullMarked
package launchguard.store;

import org.jspecify.annotations.NullMarked;
