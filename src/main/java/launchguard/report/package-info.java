/** What people and machines are told: sentences, metrics and the log. No page. */
@NullMarked
package launchguard.report;

import org.jspecify.annotations.NullMarked;
