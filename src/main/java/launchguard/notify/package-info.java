/** What people and other systems hear: log lines, metrics, events, notices and their digest. */
@NullMarked
package launchguard.notify;

import org.jspecify.annotations.NullMarked;
