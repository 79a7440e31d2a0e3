/** The words for people and machines: sentences, metrics and the log, but no pages. */
@NullMarked
package launchguard.report;

import org.jspecify.annotations.NullMarked;
