@NullMarked
package launchguard.flow;

import org.jspecify.annotations.NullMarked;
