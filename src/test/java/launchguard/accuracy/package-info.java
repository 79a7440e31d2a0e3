/** How often the verdict is right, and how often the check that people write manually is. */
@NullMarked
package launchguard.accuracy;

import org.jspecify.annotations.NullMarked;
