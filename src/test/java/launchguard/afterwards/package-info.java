/** What is checked once all other tests have run, of what they left behind. */
@NullMarked
package launchguard.afterwards;

import org.jspecify.annotations.NullMarked;
