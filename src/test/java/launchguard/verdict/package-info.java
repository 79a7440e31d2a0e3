/** Tests of the room of this name. */
@NullMarked
package launchguard.verdict;

import org.jspecify.annotations.NullMarked;
