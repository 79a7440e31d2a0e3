/** Every word, every metric name and every log key. */
@NullMarked
package launchguard.report;

import org.jspecify.annotations.NullMarked;
