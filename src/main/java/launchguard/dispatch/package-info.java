/** What each signal sets going; batches of the queue and direct requests. */
@NullMarked
package launchguard.dispatch;

import org.jspecify.annotations.NullMarked;
