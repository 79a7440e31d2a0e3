@NullMarked
package launchguard.steps;

import org.jspecify.annotations.NullMarked;
