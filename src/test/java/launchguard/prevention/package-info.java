/** The files of {@code prevention/} on the machine's own shells; whole boots with them: {@code src/test/boots/cures}. */
@NullMarked
package launchguard.prevention;

import org.jspecify.annotations.NullMarked;
