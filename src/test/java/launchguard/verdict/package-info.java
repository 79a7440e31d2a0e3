/** Tests of the package of this name. */
@NullMarked
package launchguard.verdict;

import org.jspecify.annotations.NullMarked;
