/** The steps of a case: which signal starts which step, and what comes next. */
@NullMarked
package launchguard.flow;

import org.jspecify.annotations.NullMarked;
