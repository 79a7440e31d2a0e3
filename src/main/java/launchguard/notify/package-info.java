/** Sends log lines, metrics, events, mails and their digest. */
@NullMarked
package launchguard.notify;

import org.jspecify.annotations.NullMarked;
