/** Routes signals to their steps: batches of the queue, and direct requests. */
@NullMarked
package launchguard.dispatch;

import org.jspecify.annotations.NullMarked;
