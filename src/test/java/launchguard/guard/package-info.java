@NullMarked
package launchguard.guard;

import org.jspecify.annotations.NullMarked;
